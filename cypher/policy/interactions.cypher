// Counts the interactions of some addresses, those between two of them once.
// mode: read
// params: keys
// returns: interactions
UNWIND $keys AS key
MATCH (a:Address {key: key})-[i:INTERACTED]-() USING INDEX SEEK a:Address(key)
RETURN count(DISTINCT i) AS interactions
