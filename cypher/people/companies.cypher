// Makes some domains one company's of a given name, with everybody who works at what were several.
// mode: write
// params: id, name, domains
// returns: company
UNWIND $domains AS domain // sorted: the order of their locks
WITH domain
WHERE NOT EXISTS { MATCH (o:Settings {id: 'wkw'}) WHERE domain IN o.no_companies }
MERGE (d:Domain {name: domain})
SET d.name = domain // the lock of the domain
WITH collect(d) AS domains
WHERE size(domains) > 0
CALL (domains) {
  UNWIND domains AS d
  OPTIONAL MATCH (d)-[:OF]->(c:Company)
  WITH DISTINCT c ORDER BY c.id
  RETURN collect(c) AS several
}
FOREACH (_ IN CASE WHEN several = [] THEN [1] ELSE [] END | CREATE (:Company {id: $id}))
WITH domains, several, coalesce(head(several).id, $id) AS id
MATCH (c:Company {id: id})
SET c.name = $name
WITH domains, several, c
CALL (several, c) {
  UNWIND tail(several) AS old
  MATCH (d:Domain)-[of:OF]->(old)
  DELETE of
  MERGE (d)-[:OF]->(c)
}
CALL (several, c) {
  UNWIND tail(several) AS old
  MATCH (p:Person)-[was:WORKS_AT]->(old)
  WITH c, p, was, was.from AS from, was.until AS until, EXISTS { (p)-[:WORKS_AT]->(c) } AS there
  DELETE was
  MERGE (p)-[w:WORKS_AT]->(c)
  SET w.from = CASE WHEN there AND w.until IS NULL THEN w.from ELSE from END,
      w.until = CASE WHEN there AND w.until IS NULL THEN null ELSE until END
}
FOREACH (old IN tail(several) | DETACH DELETE old)
FOREACH (d IN domains | MERGE (d)-[:OF]->(c))
RETURN c.id AS company
