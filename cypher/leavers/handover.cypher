// Lists the contacts of a colleague who leaves, by name, each with who else knows them two ways; until is null where nobody leaves.
// mode: read
// params: key, id, day, soon, limit
// returns: id, name, until, contacts
CALL () {
  MATCH (a:Address {key: $key})-[:OF]->(c:Person) USING INDEX SEEK a:Address(key)
  RETURN c
  UNION
  MATCH (c:Person {id: $id}) USING INDEX SEEK c:Person(id)
  RETURN c
}
WITH c
WHERE c:Colleague AND COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
WITH c, c.until <= $soon AS leaves
RETURN c.id AS id, c.name AS name, CASE WHEN leaves THEN c.until END AS until, COLLECT {
  MATCH (c)-[k:KNOWS {two_way: true}]->(t:Contact)
  WHERE leaves AND k.last IS NOT NULL
    AND NOT coalesce(t:Colleague AND t.from <= $day, false) // whoever left is nobody to be handed over
    AND COLLECT { MATCH (t)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
    AND NOT EXISTS { (t)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(c) }
  WITH c, t ORDER BY t.folded_name, t.id LIMIT $limit
  RETURN {
    id: t.id, name: t.name,
    company: COLLECT { MATCH (t)-[w:WORKS_AT]->(firm:Company) WHERE w.until IS NULL RETURN firm.name ORDER BY firm.id LIMIT 1 }[0],
    known_by: COLLECT {
      MATCH (t)<-[o:KNOWS {two_way: true}]-(other:Colleague)
      WHERE other <> c AND other.from <= $day AND $soon < other.until AND o.last IS NOT NULL
        AND COLLECT { MATCH (other)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
        AND NOT EXISTS { (t)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(other) }
      RETURN other.name ORDER BY other.folded_name, other.id LIMIT 100
    }
  } ORDER BY t.folded_name, t.id LIMIT $limit
} AS contacts
ORDER BY id LIMIT 1
