// Finds the people of a name, shown only if a colleague can introduce the asker or the asker knows them, at most ten.
// mode: read
// params: folded_name, asker_key, day
// returns: id, name, company
OPTIONAL MATCH (o:Settings {id: 'wkw'})
MATCH (t:Person {folded_name: $folded_name}) USING INDEX SEEK t:Person(folded_name)
WHERE t:Contact
  AND NOT coalesce(t:Colleague AND t.from <= $day, false) // whoever left is nobody to be introduced to
  AND COLLECT { MATCH (t)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
  AND EXISTS {
    MATCH (t)<-[k:KNOWS {two_way: true}]-(c:Colleague)
    WHERE c.from <= $day AND $day < c.until AND k.last IS NOT NULL
      AND COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
      AND (EXISTS { (c)<-[:OF]-(:Address {key: $asker_key}) } OR NOT EXISTS { (t)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(c) }
           AND (o.evidence_region IS NULL OR any(n IN [CASE WHEN c.folded_region IS NULL THEN 0 // below the evidence that the policy asks for
      ELSE coalesce(head([n IN range(2, size(o.evidence_region) - 1) WHERE o.evidence_region[n] = c.folded_region]), 1) END]
      WHERE k.sent + k.received + k.met >= o.evidence_interactions[n] AND k.days >= o.evidence_days[n]
        AND (k.two_way OR NOT o.evidence_both_ways[n]))))
  }
RETURN t.id AS id, t.name AS name, head(COLLECT { MATCH (t)-[w:WORKS_AT]->(c:Company) WHERE w.until IS NULL RETURN c.name ORDER BY c.name LIMIT 1 }) AS company
ORDER BY id
LIMIT 10
