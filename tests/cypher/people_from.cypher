// A page of addresses with their people as the bare form takes them, in order of keys.
MATCH (a:Address)-[:OF]->(p:Person)
WHERE a.key > $after
RETURN a.key AS key, a {.*} AS address, p {.*} AS person, p:Colleague AS colleague
ORDER BY key
LIMIT 20000
