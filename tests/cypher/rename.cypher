// Gives a person another name.
MATCH (:Address {uri: $uri})-[:OF]->(p:Person)
SET p.name = $called, p.folded_name = $folded_name
