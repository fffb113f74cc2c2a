// Deletes the person of an address who has no other one, with their ties, and a company nobody is left of.
// mode: write
// params: key, day
// returns: people
MATCH (a:Address {key: $key, sharing: true}) USING INDEX SEEK a:Address(key)
SET a.seen = $day // the lock of the address
WITH a
MATCH (a)-[:OF]->(p:Person)
WHERE NOT EXISTS { (p)<-[:OF]-(other:Address) WHERE other <> a }
SET p.seen = $day // the lock of the person
WITH p, COLLECT { MATCH (p)-[:WORKS_AT]->(c:Company) RETURN c } AS companies
DETACH DELETE p
WITH companies
CALL (companies) {
  UNWIND companies AS c
  WITH c
  WHERE NOT EXISTS { (c)<-[:WORKS_AT]-() }
  OPTIONAL MATCH (c)<-[:OF]-(d:Domain)
  DETACH DELETE c, d
  RETURN count(DISTINCT c) AS gone
}
RETURN count(*) AS people
