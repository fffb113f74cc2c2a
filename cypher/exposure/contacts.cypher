// Lists the contacts of whom a lookup by somebody else may name a colleague, strongest first, those after a place in that order.
// mode: read
// params: key, day, f, s, k, strong, familiar, after, after_id, limit
// returns: id, kind, name, company, strength, level, two_way, channels, last
MATCH (a:Address {key: $key})-[:OF]->(c:Colleague) USING INDEX SEEK a:Address(key)
WHERE c.from <= $day AND $day < c.until AND COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
OPTIONAL MATCH (o:Settings {id: 'wkw'})
MATCH (c)-[k:KNOWS]->(t:Contact)
WHERE k.last IS NOT NULL
  AND (o.evidence_region IS NULL OR any(n IN [CASE WHEN c.folded_region IS NULL THEN 0 // below the evidence that the policy asks for
      ELSE coalesce(head([n IN range(2, size(o.evidence_region) - 1) WHERE o.evidence_region[n] = c.folded_region]), 1) END]
      WHERE k.sent + k.received + k.met >= o.evidence_interactions[n] AND k.days >= o.evidence_days[n]
        AND (k.two_way OR NOT o.evidence_both_ways[n])))
WITH c, k, t, k.fast * $f + k.slow * $s AS sum
WITH c, k, t, round(sum / (sum + $k), 6) AS strength
WHERE (strength < $after OR (strength = $after AND t.id > $after_id))
  AND NOT coalesce(t:Colleague AND t.from <= $day, false) // whoever left is nobody to be introduced to
  AND COLLECT { MATCH (t)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
  AND NOT EXISTS { (t)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(c) }
WITH k, t, strength ORDER BY strength DESC, t.id LIMIT $limit
RETURN t.id AS id, CASE WHEN t.lead THEN 'lead' ELSE 'contact' END AS kind, t.name AS name,
       COLLECT { MATCH (t)-[w:WORKS_AT]->(firm:Company) WHERE w.until IS NULL RETURN firm.name ORDER BY firm.id LIMIT 1 }[0] AS company,
       strength,
       CASE WHEN NOT k.two_way THEN 'one-way' WHEN strength >= $strong THEN 'strong'
            WHEN strength >= $familiar THEN 'familiar' ELSE 'weak' END AS level,
       k.two_way AS two_way, k.channels AS channels, k.last AS last
ORDER BY strength DESC, id
LIMIT $limit
