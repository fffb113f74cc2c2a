// Gives those of some address keys whose sharing is not off and behind which there is nobody yet.
// mode: read
// params: keys
// returns: keys
UNWIND $keys AS key
OPTIONAL MATCH (a:Address {key: key}) USING INDEX SEEK a:Address(key)
WITH key, a
WHERE coalesce(a.sharing, true) AND NOT EXISTS { (a)-[:OF]->(:Person) }
RETURN collect(key) AS keys
