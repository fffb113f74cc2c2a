// Lists requests as `found` gives them: those that wait for an approval first, then the newest.
// mode: read
// params: limit
// returns: id, kind, state, at, decided, keys, asked_by, approved_by
MATCH (r:Request)
WITH r ORDER BY r.state = 'asked' DESC, r.at DESC, r.id LIMIT $limit
RETURN r.id AS id, r.kind AS kind, r.state AS state, r.at AS at, r.decided AS decided,
       COLLECT { MATCH (r)-[:ABOUT]->(a:Address) RETURN a.key AS key ORDER BY key LIMIT 10000 } AS keys,
       COLLECT { MATCH (r)-[:ASKED_BY]->(a:Address) RETURN a.key AS key ORDER BY key LIMIT 1 }[0] AS asked_by,
       COLLECT { MATCH (r)-[:APPROVED_BY]->(a:Address) RETURN a.key AS key ORDER BY key LIMIT 1 }[0] AS approved_by
ORDER BY state = 'asked' DESC, at DESC, id
LIMIT $limit
