// Finds the people of a name, shown only if somebody knows them, at most ten.
// mode: read
// params: folded_name, day
// returns: id, name, company
MATCH (t:Person {folded_name: $folded_name}) USING INDEX SEEK t:Person(folded_name)
WHERE t:Contact
  AND NOT coalesce(t:Colleague AND t.from <= $day, false) // whoever left is nobody to be introduced to
  AND COLLECT { MATCH (t)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AS open ORDER BY open LIMIT 2 } = [true]
  AND EXISTS { (t)<-[:KNOWS {two_way: true}]-(:Colleague) }
RETURN t.id AS id, t.name AS name, head(COLLECT { MATCH (t)-[w:WORKS_AT]->(c:Company) WHERE w.until IS NULL RETURN c.name ORDER BY c.name LIMIT 1 }) AS company
ORDER BY id
LIMIT 10
