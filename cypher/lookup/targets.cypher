// Finds people whose name begins as typed, whom a colleague other than the asker can introduce; so many are looked at.
// mode: read
// params: prefix, asker_key, day, looked, limit
// returns: id, kind, name, company
MATCH (t:Person) USING INDEX SEEK t:Person(folded_name)
WHERE t.folded_name STARTS WITH $prefix
WITH t ORDER BY t.folded_name, t.id LIMIT $looked
OPTIONAL MATCH (o:Settings {id: 'wkw'})
WITH t, o
WHERE t:Contact
  AND NOT coalesce(t:Colleague AND t.from <= $day, false) // whoever left is nobody to be introduced to
  AND COLLECT { MATCH (t)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
  AND EXISTS {
    MATCH (t)<-[k:KNOWS {two_way: true}]-(c:Colleague)
    WHERE c.from <= $day AND $day < c.until AND k.last IS NOT NULL
      AND COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
      AND NOT EXISTS { (t)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(c) }
      AND NOT EXISTS { (c)<-[:OF]-(:Address {key: $asker_key}) }
      AND (o.evidence_region IS NULL OR any(n IN [CASE WHEN c.folded_region IS NULL THEN 0 // below the evidence that the policy asks for
      ELSE coalesce(head([n IN range(2, size(o.evidence_region) - 1) WHERE o.evidence_region[n] = c.folded_region]), 1) END]
      WHERE k.sent + k.received + k.met >= o.evidence_interactions[n] AND k.days >= o.evidence_days[n]
        AND (k.two_way OR NOT o.evidence_both_ways[n])))
  }
WITH t ORDER BY t.folded_name, t.id LIMIT $limit
OPTIONAL MATCH (t)-[w:WORKS_AT]->(firm:Company) WHERE w.until IS NULL
WITH t, firm ORDER BY t.folded_name, t.id, firm.id
WITH t, head(collect(firm)) AS firm
RETURN t.id AS id, CASE WHEN t.lead THEN 'lead' ELSE 'contact' END AS kind, t.name AS name,
       CASE WHEN firm IS NULL THEN null ELSE {id: firm.id, name: firm.name} END AS company
ORDER BY t.folded_name, id
LIMIT $limit
