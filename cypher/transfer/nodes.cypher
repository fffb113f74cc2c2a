// Gives every node, with a name of its own where edges end.
// mode: stream
// params: -
// returns: name, labels, properties
MATCH (n)
RETURN CASE
         WHEN n:Address THEN 'address ' + n.key
         WHEN n:Person THEN 'person ' + n.id
         WHEN n:Company THEN 'company ' + n.id
         WHEN n:Domain THEN 'domain ' + n.name
         WHEN n:Request THEN 'request ' + n.id
         WHEN n:Introduction THEN 'introduction ' + n.id
         WHEN n:Mail THEN 'mail ' + n.id
       END AS name, labels(n) AS labels, properties(n) AS properties
