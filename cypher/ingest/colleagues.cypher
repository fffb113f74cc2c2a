// Tells which of some address keys belong to colleagues, as the directory says.
// mode: read
// params: keys
// returns: keys
UNWIND $keys AS key
MATCH (a:Address {key: key})-[:OF]->(:Colleague) USING INDEX SEEK a:Address(key)
RETURN collect(key) AS keys
