// Tells what has been deleted so far of those behind some address keys.
// mode: read
// params: keys
// returns: interactions, ties, people
UNWIND $keys AS key
MATCH (a:Address {key: key}) USING INDEX SEEK a:Address(key)
RETURN sum(a.interactions) AS interactions, sum(a.ties) AS ties, sum(a.people) AS people
