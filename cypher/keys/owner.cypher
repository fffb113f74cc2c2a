// Tells of an address key whether its person is a colleague on a day, and whether sharing is on.
// mode: read
// params: key, day
// returns: colleague, sharing
MATCH (a:Address {key: $key}) USING INDEX SEEK a:Address(key)
OPTIONAL MATCH (a)-[:OF]->(p:Person)
RETURN p:Colleague AND p.from <= $day AND $day < p.until AS colleague, a.sharing AS sharing
LIMIT 1
