// Finds who could introduce the asker to the target on an earlier day, from the raw edges up to that day.
// mode: read
// params: target_key, target_id, asker_key, day, f, s, k, strong, familiar, one_way, limit, jobs, small_meeting
// returns: target, introducers, you, sources, formula, changing, blind, jobs, folded
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
MATCH (formula:Settings {id: 'wkw'})
CALL (t, formula) { // ties as `ingest/store` makes them, but of the days up to $day and in the direction of the colleague
  CALL (t, formula) {
    MATCH (t)<-[:OF]-(at:Address)
    WITH at, formula
    MATCH (at)-[i:INTERACTED]-(ac:Address)
    WHERE i.day <= $day AND i.weight > 0
    WITH at, i, ac, formula
    MATCH (ac)-[:OF]->(c:Colleague)
    WHERE c.from <= $day AND $day < c.until
    WITH c, startNode(i) = ac AS out, i.day AS day, i.channel AS channel, i.weight AS x, i.tier = 'enhanced' AS enhanced,
         i.channel <> 'call' OR i.placed AS counts, formula[i.channel] AS weight
    WITH c, out, day, channel, weight, max(x) AS top,
         sum(CASE WHEN enhanced THEN x ELSE 0.0 END) AS xe, sum(CASE WHEN enhanced THEN 0.0 ELSE x END) AS xb,
         sum(CASE WHEN enhanced AND counts THEN 1 ELSE 0 END) AS ne, sum(CASE WHEN counts AND NOT enhanced THEN 1 ELSE 0 END) AS nb
    WITH c, out, day, channel, top, xe > 0 AS enhanced, CASE WHEN xe > 0 THEN ne ELSE nb END AS n,
         sqrt(weight * CASE WHEN xe > 0 THEN xe ELSE xb END) AS w
    RETURN c, count(DISTINCT day) AS days, max(day) AS last, collect(DISTINCT channel) AS channels, max(enhanced) AS enhanced,
           sum(CASE WHEN out AND channel = 'meeting' THEN n ELSE 0 END) AS met,
           sum(CASE WHEN out AND channel <> 'meeting' THEN n ELSE 0 END) AS sent,
           sum(CASE WHEN NOT out AND channel <> 'meeting' THEN n ELSE 0 END) AS received,
           max(CASE channel WHEN 'meeting' THEN top ELSE 0.0 END) AS closest,
           sum(CASE WHEN out THEN 1.5 ELSE 1.0 END * w * (2.0 ^ ((day - 19000) / 14.0) * $f + 2.0 ^ ((day - 19000) / 180.0) * $s)) AS sum
    UNION ALL
    MATCH (t)<-[:OF]-(at:Address)
    WITH at
    MATCH (at)-[o:KEPT]-(ac:Address)
    WITH at, o, ac
    MATCH (ac)-[:OF]->(c:Colleague)
    WHERE c.from <= $day AND $day < c.until
    WITH c, o, startNode(o) = ac AS out
    RETURN c, o.days AS days, o.last AS last, o.channels AS channels, o.tier = 'enhanced' AS enhanced,
           CASE WHEN out THEN o.met ELSE 0 END AS met, CASE WHEN out THEN o.count ELSE 0 END AS sent, CASE WHEN out THEN 0 ELSE o.count END AS received,
           coalesce(o.closest, 0.0) AS closest, CASE WHEN out THEN 1.5 ELSE 1.0 END * (o.fast * $f + o.slow * $s) AS sum
  }
  WITH c, sum(days) AS days, sum(met) AS met, sum(sent) AS sent, sum(received) AS received, max(last) AS last, collect(channels) AS channels, max(enhanced) AS enhanced,
       sum(sent) > 0 AND sum(received) > 0 OR max(closest) >= $small_meeting AS two_way, sum(sum) AS sum
  WITH c, days, met, sent, received, last, [x IN ['email', 'meeting', 'call'] WHERE any(xs IN channels WHERE x IN xs)] AS channels, enhanced, two_way,
       round(sum / (sum + $k), 6) AS strength
  WITH c, {
    strength: strength, two_way: two_way, tier: CASE WHEN enhanced THEN 'enhanced' ELSE 'basic' END,
    channels: channels, last: last, days: days, met: met, sent: sent, received: received,
    level: CASE WHEN NOT two_way THEN 'one-way' WHEN strength >= $strong THEN 'strong'
                WHEN strength >= $familiar THEN 'familiar' ELSE 'weak' END
  } AS tie
  RETURN collect({c: c, tie: tie}) AS ties
}
CALL (t, ties, me, formula) {
  UNWIND ties AS x
  WITH x.c AS c, x.tie AS tie
  WHERE (tie.two_way OR $one_way) AND coalesce(c <> me, true)
    AND COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
    AND NOT EXISTS { (t)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(c) }
    AND (formula.evidence_region IS NULL OR any(n IN [CASE WHEN c.folded_region IS NULL THEN 0 // below the evidence that the policy asks for
      ELSE coalesce(head([n IN range(2, size(formula.evidence_region) - 1) WHERE formula.evidence_region[n] = c.folded_region]), 1) END]
      WHERE tie.sent + tie.received + tie.met >= formula.evidence_interactions[n] AND tie.days >= formula.evidence_days[n]
        AND (tie.two_way OR NOT formula.evidence_both_ways[n])))
  WITH c, tie ORDER BY tie.strength DESC, c.id LIMIT $limit
  WITH c, tie, COLLECT {
    MATCH (c)<-[:OF]-(a:Address) WHERE a.uri STARTS WITH 'mailto:'
    RETURN substring(a.uri, 7) AS address ORDER BY address LIMIT 1
  } AS addresses
  RETURN collect({
    colleague: {id: c.id, name: coalesce(c.name, addresses[0]), title: c.title}, strength: tie.strength, two_way: tie.two_way, tier: tie.tier,
    channels: tie.channels, last: tie.last, level: tie.level
  }) AS introducers
}
CALL (ties, me) {
  UNWIND ties AS x
  WITH x.c AS c, x.tie AS tie
  WHERE c = me AND COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
  RETURN collect({strength: tie.strength, two_way: tie.two_way, tier: tie.tier, channels: tie.channels, last: tie.last, level: tie.level}) AS you
}
RETURN {id: t.id, kind: CASE WHEN t.lead THEN 'lead' ELSE 'contact' END, name: t.name,
        company: CASE WHEN firm IS NULL THEN null ELSE {id: firm.id, name: firm.name} END} AS target,
       introducers, you[0] AS you, COLLECT {
         MATCH (s:Source)
         WHERE s.name > '' // an index seek
         RETURN {name: s.name, reading: s.reading, ended: s.ended, error: s.error} ORDER BY s.name LIMIT 1000
       } AS sources,
       formula.formula AS formula, formula.changing AS changing, coalesce(formula.blind, false) AS blind, COLLECT {
         UNWIND $jobs AS name
         MATCH (j:Job {name: name}) USING INDEX SEEK j:Job(name)
         RETURN {name: name, day: j.day, error: j.error} ORDER BY name LIMIT 100
       } AS jobs,
       EXISTS { MATCH (t)<-[:OF]-(:Address)-[o:KEPT]-() WHERE o.last > $day } AS folded
