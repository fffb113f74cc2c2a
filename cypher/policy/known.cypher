// Tells what is known of those behind some address keys: the keys of all their addresses, and their region.
// mode: read
// params: keys
// returns: key, keys, region
UNWIND $keys AS key
MATCH (a:Address {key: key})-[:OF]->(p:Person) USING INDEX SEEK a:Address(key)
RETURN key, COLLECT { MATCH (p)<-[:OF]-(x:Address) RETURN x.key ORDER BY x.key } AS keys, p.region AS region
ORDER BY key LIMIT 100000
