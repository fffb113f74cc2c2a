// Finds who can introduce the asker to the target, strongest first, and the asker's own tie, as of a day without later events.
// mode: read
// params: target_key, target_id, asker_key, day, f, s, k, strong, familiar, one_way, limit, jobs
// returns: target, introducers, you, sources, formula, changing, blind, jobs
CALL () {
  MATCH (a:Address {key: $target_key})-[:OF]->(t:Person) USING INDEX SEEK a:Address(key)
  RETURN t
  UNION
  MATCH (t:Person {id: $target_id}) USING INDEX SEEK t:Person(id)
  RETURN t
}
WITH t
WHERE t:Contact
  AND NOT coalesce(t:Colleague AND t.from <= $day, false) // whoever left is nobody to be introduced to
  AND COLLECT { MATCH (t)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
OPTIONAL MATCH (a:Address {key: $asker_key})-[:OF]->(me:Person) USING INDEX SEEK a:Address(key)
OPTIONAL MATCH (t)-[w:WORKS_AT]->(firm:Company) WHERE w.until IS NULL
WITH t, me, firm ORDER BY firm.id LIMIT 1
OPTIONAL MATCH (o:Settings {id: 'wkw'})
CALL (t, me, o) {
  MATCH (t)<-[k:KNOWS]-(c:Colleague)
  WHERE c.from <= $day AND $day < c.until
    AND (k.two_way OR $one_way) AND k.last IS NOT NULL
    AND coalesce(c <> me, true)
    AND COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
    AND NOT EXISTS { (t)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(c) } // filtered before the limit: the next one fills the place
    AND (o.evidence_region IS NULL OR any(n IN [CASE WHEN c.folded_region IS NULL THEN 0 // below the evidence that the policy asks for
      ELSE coalesce(head([n IN range(2, size(o.evidence_region) - 1) WHERE o.evidence_region[n] = c.folded_region]), 1) END]
      WHERE k.sent + k.received + k.met >= o.evidence_interactions[n] AND k.days >= o.evidence_days[n]
        AND (k.two_way OR NOT o.evidence_both_ways[n])))
  WITH c, k, k.fast * $f + k.slow * $s AS sum
  WITH c, k, round(sum / (sum + $k), 6) AS strength ORDER BY strength DESC, c.id LIMIT $limit
  WITH c, k, strength, COLLECT {
    MATCH (c)<-[:OF]-(a:Address) WHERE a.uri STARTS WITH 'mailto:'
    RETURN substring(a.uri, 7) AS address ORDER BY address LIMIT 1
  } AS addresses
  RETURN collect({
    colleague: {id: c.id, name: coalesce(c.name, addresses[0]), title: c.title}, strength: strength, two_way: k.two_way, tier: k.tier,
    channels: k.channels, last: k.last,
    level: CASE WHEN NOT k.two_way THEN 'one-way' WHEN strength >= $strong THEN 'strong'
                WHEN strength >= $familiar THEN 'familiar' ELSE 'weak' END
  }) AS introducers
}
CALL (t, me) {
  MATCH (t)<-[k:KNOWS]-(me)
  WHERE k.last IS NOT NULL AND COLLECT { MATCH (me)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
  WITH k, k.fast * $f + k.slow * $s AS sum
  WITH k, round(sum / (sum + $k), 6) AS strength
  RETURN collect({
    strength: strength, two_way: k.two_way, tier: k.tier, channels: k.channels, last: k.last,
    level: CASE WHEN NOT k.two_way THEN 'one-way' WHEN strength >= $strong THEN 'strong'
                WHEN strength >= $familiar THEN 'familiar' ELSE 'weak' END
  }) AS you
}
RETURN {id: t.id, kind: CASE WHEN t.lead THEN 'lead' ELSE 'contact' END, name: t.name,
        company: CASE WHEN firm IS NULL THEN null ELSE {id: firm.id, name: firm.name} END} AS target,
       introducers, you[0] AS you, COLLECT {
         MATCH (s:Source)
         WHERE s.name > '' // an index seek
         RETURN {name: s.name, reading: s.reading, ended: s.ended, error: s.error} ORDER BY s.name LIMIT 1000
       } AS sources,
       o.formula AS formula, o.changing AS changing, coalesce(o.blind, false) AS blind, COLLECT {
         UNWIND $jobs AS name
         MATCH (j:Job {name: name}) USING INDEX SEEK j:Job(name)
         RETURN {name: name, day: j.day, error: j.error} ORDER BY name LIMIT 100
       } AS jobs
