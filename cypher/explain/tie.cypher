// Gives the parts of one tie: what each day added, by channel and direction, and what was folded.
// mode: read
// params: colleague_key, colleague_id, contact_key, contact_id, own, day
// returns: colleague, contact, tie, cells, kept, weights, formula
CALL () {
  MATCH (a:Address {key: $colleague_key})-[:OF]->(c:Person) USING INDEX SEEK a:Address(key)
  RETURN c
  UNION
  MATCH (c:Person {id: $colleague_id}) USING INDEX SEEK c:Person(id)
  RETURN c
}
CALL () {
  MATCH (a:Address {key: $contact_key})-[:OF]->(p:Person) USING INDEX SEEK a:Address(key)
  RETURN p
  UNION
  MATCH (p:Person {id: $contact_id}) USING INDEX SEEK p:Person(id)
  RETURN p
}
WITH c, p
WHERE c:Colleague AND COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true] AND COLLECT { MATCH (p)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
  AND ($own OR NOT EXISTS { (p)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(c) })
MATCH (p)<-[k:KNOWS]-(c)
MATCH (formula:Settings {id: 'wkw'})
WITH c, p, k, formula
WHERE $own OR (formula.evidence_region IS NULL OR any(n IN [CASE WHEN c.folded_region IS NULL THEN 0 // below the evidence that the policy asks for
      ELSE coalesce(head([n IN range(2, size(formula.evidence_region) - 1) WHERE formula.evidence_region[n] = c.folded_region]), 1) END]
      WHERE k.sent + k.received + k.met >= formula.evidence_interactions[n] AND k.days >= formula.evidence_days[n]
        AND (k.two_way OR NOT formula.evidence_both_ways[n])))
CALL (c, p) { // the cells of the tie as `ingest/store` makes them
  MATCH (c)<-[:OF]-(ac:Address)
  MATCH (p)<-[:OF]-(ap:Address)
  WITH ac, ap
  MATCH (ap)-[i:INTERACTED]-(ac)
  WHERE i.weight > 0 AND i.day <= $day
  WITH startNode(i) = ac AS out, i.day AS day, i.channel AS channel, i.weight AS x, i.tier = 'enhanced' AS enhanced
  WITH out, day, channel, sum(CASE WHEN enhanced THEN x ELSE 0.0 END) AS xe, sum(CASE WHEN enhanced THEN 0.0 ELSE x END) AS xb,
       sum(CASE WHEN enhanced THEN 1 ELSE 0 END) AS ne, sum(CASE WHEN enhanced THEN 0 ELSE 1 END) AS nb
  WITH out, day, channel, CASE WHEN xe > 0 THEN xe ELSE xb END AS x, CASE WHEN xe > 0 THEN ne ELSE nb END AS n
  ORDER BY day DESC, channel, out
  RETURN collect({day: day, channel: channel, sent: out, n: n, x: x}) AS cells
}
CALL (c, p) {
  MATCH (c)<-[:OF]-(ac:Address)
  MATCH (p)<-[:OF]-(ap:Address)
  WITH ac, ap
  MATCH (ap)-[o:KEPT]-(ac)
  WITH startNode(o) = ac AS out, o
  WITH out, sum(o.fast) AS fast, sum(o.slow) AS slow, max(o.last) AS last, sum(o.count) AS n ORDER BY out
  RETURN collect({sent: out, fast: fast, slow: slow, last: last, n: n}) AS kept
}
RETURN {id: c.id, name: c.name} AS colleague, {id: p.id, name: p.name} AS contact,
       {fast: k.fast, slow: k.slow, two_way: k.two_way} AS tie,
       cells, kept, {email: formula.email, meeting: formula.meeting, call: formula.call} AS weights, formula.formula AS formula
LIMIT 1
