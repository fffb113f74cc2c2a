// Finds the people of a person id or a folded name, at most ten, with the key of one of their addresses.
// mode: read
// params: id, folded_name
// returns: id, name, company, key
CALL () {
  MATCH (p:Person {id: $id}) USING INDEX SEEK p:Person(id)
  RETURN p
  UNION
  MATCH (p:Person {folded_name: $folded_name}) USING INDEX SEEK p:Person(folded_name)
  RETURN p
}
WITH p
WHERE NOT EXISTS { (p)<-[:OF]-(:Address {sharing: false}) }
MATCH (p)<-[:OF]-(a:Address)
WITH p, min(a.key) AS key
RETURN p.id AS id, p.name AS name, key, head(COLLECT { MATCH (p)-[w:WORKS_AT]->(c:Company) WHERE w.until IS NULL RETURN c.name ORDER BY c.name LIMIT 1 }) AS company
ORDER BY id
LIMIT 10
