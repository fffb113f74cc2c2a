// A page of ties as the bare form takes them, in order of their pairs.
MATCH (c:Colleague)-[k:KNOWS]->(p:Person)
WHERE k.pair > $after
RETURN k.pair AS key, c.id AS colleague, p.id AS person, k {.*} AS tie
ORDER BY key
LIMIT 20000
