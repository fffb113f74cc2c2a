// Deletes a person whose gate is closed with their ties, and a company nobody is left of; the addresses stay, and count it.
// mode: write
// params: key, day
// returns: people
MATCH (a:Address {key: $key, sharing: false}) USING INDEX SEEK a:Address(key)
SET a.seen = $day // the lock of the address: no tie comes any more
WITH a
MATCH (still:Address {key: $key}) USING INDEX SEEK still:Address(key)
WHERE NOT still.sharing // once more under the lock: whoever is back meanwhile stays
WITH a
MATCH (a)-[:OF]->(p:Person)
WITH a, p, COLLECT { MATCH (p)-[:KNOWS]-(v:Person) RETURN DISTINCT v } AS others
UNWIND others + [p] AS v
WITH a, p, v ORDER BY v.id
SET v.seen = $day // the locks of the persons, in the order of ids: whoever deletes a tie locks both its ends
WITH DISTINCT a, p
WITH a, p, COUNT { (p)-[:KNOWS]-() } AS ties, COLLECT { MATCH (p)-[:WORKS_AT]->(c:Company) RETURN c } AS companies
SET a.ties = coalesce(a.ties, 0) + ties, a.people = coalesce(a.people, 0) + 1
DETACH DELETE p
WITH count(*) AS people, collect(companies) AS several
CALL (several) {
  UNWIND several AS companies
  UNWIND companies AS c
  WITH DISTINCT c
  WHERE NOT EXISTS { (c)<-[:WORKS_AT]-() }
  OPTIONAL MATCH (c)<-[:OF]-(d:Domain)
  DETACH DELETE c, d
  RETURN count(*) AS gone
}
RETURN people
