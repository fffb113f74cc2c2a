// Finds colleagues by person id or by folded name, at most ten, with the key of one of their addresses.
// mode: read
// params: id, folded_name, day
// returns: id, name, company, key
CALL () {
  MATCH (p:Person {id: $id}) USING INDEX SEEK p:Person(id)
  RETURN p
  UNION
  MATCH (p:Person {folded_name: $folded_name}) USING INDEX SEEK p:Person(folded_name)
  RETURN p
}
WITH p
WHERE p:Colleague AND p.from <= $day AND $day < p.until
MATCH (p)<-[:OF]-(a:Address {sharing: true})
WITH p, min(a.key) AS key
RETURN p.id AS id, p.name AS name, p.department AS company, key
ORDER BY id
LIMIT 10
