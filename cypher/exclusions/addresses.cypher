// Gives a page of the addresses whose sharing is on, in the order of keys.
// mode: read
// params: after, limit
// returns: key, uri
MATCH (a:Address)
WHERE a.key > $after
WITH a ORDER BY a.key LIMIT $limit
RETURN a.key AS key, a.uri AS uri
ORDER BY key LIMIT 100000
