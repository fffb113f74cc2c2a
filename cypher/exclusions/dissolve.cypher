// Takes a domain away from its company: those who are of it only by this domain leave it, and without another domain it goes.
// mode: write
// params: domain
// returns: people
MATCH (d:Domain {name: $domain})-[:OF]->(c:Company) USING INDEX SEEK d:Domain(name)
SET c.id = c.id // the lock of the company
WITH d, c, COLLECT { MATCH (c)<-[:OF]-(other:Domain) WHERE other <> d RETURN other.name } AS others
CALL (c, others) {
  MATCH (p:Person)-[w:WORKS_AT]->(c)
  WHERE NOT EXISTS {
    (p)<-[:OF]-(a:Address)
    WHERE any(name IN others WHERE a.uri ENDS WITH '@' + name OR a.uri ENDS WITH '.' + name)
  }
  DELETE w
  RETURN count(w) AS people
}
DETACH DELETE d
FOREACH (_ IN CASE WHEN size(others) = 0 THEN [1] ELSE [] END | DETACH DELETE c)
RETURN people
