// Tells whether sharing is on for an address, and how many addresses its person has.
// mode: read
// params: key
// returns: sharing, addresses
MATCH (a:Address {key: $key}) USING INDEX SEEK a:Address(key)
RETURN a.sharing AS sharing, 1 + COUNT { (a)-[:OF]->(:Person)<-[:OF]-(:Address) } AS addresses
LIMIT 1
