// Gives one request: about which addresses it is, who asked and who approved it, by address keys.
// mode: read
// params: id
// returns: id, kind, state, at, decided, keys, asked_by, approved_by
MATCH (r:Request {id: $id})
RETURN r.id AS id, r.kind AS kind, r.state AS state, r.at AS at, r.decided AS decided,
       COLLECT { MATCH (r)-[:ABOUT]->(a:Address) RETURN a.key AS key ORDER BY key LIMIT 10000 } AS keys,
       COLLECT { MATCH (r)-[:ASKED_BY]->(a:Address) RETURN a.key AS key ORDER BY key LIMIT 1 }[0] AS asked_by,
       COLLECT { MATCH (r)-[:APPROVED_BY]->(a:Address) RETURN a.key AS key ORDER BY key LIMIT 1 }[0] AS approved_by
