// Counts the contacts to whom a colleague can introduce others, and those to whom nobody else can.
// mode: read
// params: key, day
// returns: introduces, only_you
MATCH (a:Address {key: $key})-[:OF]->(c:Colleague) USING INDEX SEEK a:Address(key)
WHERE c.from <= $day AND $day < c.until AND COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
OPTIONAL MATCH (o:Settings {id: 'wkw'})
MATCH (c)-[k:KNOWS {two_way: true}]->(t:Contact)
WHERE k.last IS NOT NULL
  AND NOT coalesce(t:Colleague AND t.from <= $day, false) // whoever left is nobody to be introduced to
  AND COLLECT { MATCH (t)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
  AND NOT EXISTS { (t)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(c) }
  AND (o.evidence_region IS NULL OR any(n IN [CASE WHEN c.folded_region IS NULL THEN 0 // below the evidence that the policy asks for
      ELSE coalesce(head([n IN range(2, size(o.evidence_region) - 1) WHERE o.evidence_region[n] = c.folded_region]), 1) END]
      WHERE k.sent + k.received + k.met >= o.evidence_interactions[n] AND k.days >= o.evidence_days[n]
        AND (k.two_way OR NOT o.evidence_both_ways[n])))
WITH EXISTS {
  MATCH (t)<-[theirs:KNOWS {two_way: true}]-(other:Colleague)
  WHERE other <> c AND other.from <= $day AND $day < other.until AND theirs.last IS NOT NULL
    AND COLLECT { MATCH (other)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
    AND NOT EXISTS { (t)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(other) }
    AND (o.evidence_region IS NULL OR any(n IN [CASE WHEN other.folded_region IS NULL THEN 0 // below the evidence that the policy asks for
      ELSE coalesce(head([n IN range(2, size(o.evidence_region) - 1) WHERE o.evidence_region[n] = other.folded_region]), 1) END]
      WHERE theirs.sent + theirs.received + theirs.met >= o.evidence_interactions[n] AND theirs.days >= o.evidence_days[n]
        AND (theirs.two_way OR NOT o.evidence_both_ways[n])))
} AS others
RETURN count(others) AS introduces, count(CASE WHEN NOT others THEN 1 END) AS only_you
