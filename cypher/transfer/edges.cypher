// Gives every edge between nodes that have a name.
// mode: stream
// params: -
// returns: source, target, type, properties
MATCH (a)-[r]->(b)
WITH r, [n IN [a, b] | CASE
                         WHEN n:Address THEN 'address ' + n.key
                         WHEN n:Person THEN 'person ' + n.id
                         WHEN n:Company THEN 'company ' + n.id
                         WHEN n:Domain THEN 'domain ' + n.name
                         WHEN n:Request THEN 'request ' + n.id
                         WHEN n:Introduction THEN 'introduction ' + n.id
                         WHEN n:Mail THEN 'mail ' + n.id
                       END] AS ends
RETURN ends[0] AS source, ends[1] AS target, type(r) AS type, properties(r) AS properties
