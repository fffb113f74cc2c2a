// All that is held of the person behind an address.
MATCH (:Address {key: $key})-[:OF]->(p:Person)
RETURN properties(p) AS facts, labels(p) AS labels
