// Deletes a person whose gate is closed with their ties, and a company nobody is left of; the addresses stay, bare.
// mode: write
// params: key, day
// returns: people, ties, companies
MATCH (a:Address {key: $key, sharing: false}) USING INDEX SEEK a:Address(key)
SET a.seen = $day
WITH a
OPTIONAL MATCH (a)-[:OF]->(p:Person)
OPTIONAL MATCH (p)-[k:KNOWS]-()
WITH p, count(k) AS ties
OPTIONAL MATCH (p)-[:WORKS_AT]->(c:Company)
WITH p, ties, collect(c) AS companies
DETACH DELETE p
WITH count(p) AS people, sum(ties) AS ties, collect(companies) AS companies
CALL (companies) {
  UNWIND companies AS some
  UNWIND some AS c
  WITH c
  WHERE NOT EXISTS { (c)<-[:WORKS_AT]-() }
  OPTIONAL MATCH (c)<-[:OF]-(d:Domain)
  DETACH DELETE c, d
  RETURN count(DISTINCT c) AS gone
}
RETURN people, ties, gone AS companies
