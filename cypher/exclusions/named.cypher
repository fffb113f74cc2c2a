// Gives those of some addresses that are in the graph.
// mode: read
// params: keys
// returns: key, uri
UNWIND $keys AS key
MATCH (a:Address {key: key}) USING INDEX SEEK a:Address(key)
RETURN a.key AS key, a.uri AS uri
ORDER BY key LIMIT 100000
