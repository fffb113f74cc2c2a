// Gives an address of several a person of its own, and recomputes the ties of both; no row where somebody else was first.
// mode: write
// params: key, id, own, company, domains, day, small_meeting
// returns: ties
MATCH (x:Address {key: $key})-[:OF]->(:Person)<-[:OF]-(a:Address) USING INDEX SEEK x:Address(key)
WITH collect(a.key) + [$key] AS keys
UNWIND keys AS key
MATCH (a:Address {key: key}) USING INDEX SEEK a:Address(key)
WITH DISTINCT a ORDER BY a.key
SET a.seen = $day // the locks of the addresses, in the order of keys
WITH collect(a) AS addresses
WITH addresses, head([a IN addresses WHERE a.key = $key]) AS x
MATCH (x)-[:OF]->(u:Person)
WHERE x.sharing AND (size(addresses) > 1 OR u.id = $id) // the latter when this statement is carried out again
CALL (addresses, u) {
  RETURN u AS p
  UNION
  UNWIND addresses AS a
  MATCH (a)-[:INTERACTED|KEPT]-(:Address)-[:OF]->(p:Person)
  RETURN DISTINCT p AS p
}
WITH addresses, x, u, p ORDER BY p.id
SET p.seen = $day // the locks of the persons, those they dealt with too, in the order of ids
WITH addresses, x, u, collect(p) AS locked
CALL (addresses, u) { // once more under the locks
  RETURN u AS p
  UNION
  UNWIND addresses AS a
  MATCH (a)-[:INTERACTED|KEPT]-(:Address)-[:OF]->(p:Person)
  RETURN DISTINCT p AS p
}
WITH addresses, x, u, locked, p ORDER BY p.id
WITH addresses, x, u, locked, collect(p) AS now
WHERE now = locked AND COUNT { (u)<-[:OF]-(:Address) } = size(addresses)
MERGE (p:Person {id: $id})
WITH x, u, p
MATCH (x)-[old:OF]->(u)
FOREACH (_ IN CASE WHEN u = p THEN [] ELSE [1] END |
  DELETE old
  CREATE (x)-[:OF]->(p))
FOREACH (_ IN CASE WHEN $own THEN [1] ELSE [] END |
  SET p:Colleague, p.from = coalesce(p.from, 0), p.until = coalesce(p.until, 2932896), // until the year 9999
      p.region = u.region, p.folded_region = u.folded_region) // else the policy of an unknown one would hold
FOREACH (_ IN CASE WHEN $own THEN [] ELSE [1] END | SET p:Contact, p.lead = false)
WITH u, p
CALL (u, p) { // the company of the address goes with it, unless another address of the person is of it
  UNWIND [y IN [$company] WHERE y IS NOT NULL AND NOT EXISTS { MATCH (o:Settings {id: 'wkw'}) WHERE y.domain IN o.no_companies }] AS y
  MERGE (d:Domain {name: y.domain})
  MERGE (d)-[:OF]->(c:Company)
    ON CREATE SET c.id = y.id, c.name = y.name
  MERGE (p)-[:WORKS_AT]->(c)
  WITH u, p, c
  WHERE u <> p AND NOT EXISTS { (c)<-[:OF]-(d:Domain) WHERE d.name IN $domains }
  MATCH (u)-[w:WORKS_AT]->(c)
  DELETE w
}
CALL (u) { // where that was the one open, the one before it is open again
  MATCH (u)-[w:WORKS_AT]->(c:Company)
  WHERE NOT u:Colleague
  WITH w ORDER BY w.until IS NULL DESC, w.until DESC, c.id LIMIT 1
  REMOVE w.until
}
CALL (u, p) {
  UNWIND [u, p] AS one
  MATCH (one)<-[:OF]-(:Address)-[:INTERACTED|KEPT]-(:Address)-[:OF]->(v:Person)
  WITH DISTINCT one, v
  WHERE one <> v
  RETURN collect({u: one, v: v}) AS pairs
}
CALL (u, pairs) { // a tie that nothing is behind any more goes
  WITH u, [pair IN pairs WHERE pair.u = u | pair.v] AS others
  MATCH (u)-[k:KNOWS]-(v:Person)
  WHERE NOT v IN others
  DELETE k
}
MATCH (formula:Settings {id: 'wkw'})
WITH pairs, formula
CALL (pairs, formula) {
  UNWIND pairs AS pair
  WITH pair.u AS u, pair.v AS v, formula
  CALL (u, v, formula) { // the tie from all its raw edges: nothing can drift
    MATCH (u)<-[:OF]-(au:Address)
    MATCH (v)<-[:OF]-(av:Address)
    WITH au, av, formula
    MATCH (av)-[i:INTERACTED]-(au)
    WHERE i.weight > 0 // cancelled ones weigh nothing
    WITH startNode(i) = au AS out, i.day AS day, i.channel AS channel, i.weight AS x, i.tier = 'enhanced' AS enhanced,
         i.channel <> 'call' OR i.placed AS counts, // a call runs both ways, but one side placed it
         formula[i.channel] AS weight
    WITH out, day, channel, weight, max(x) AS top,
         sum(CASE WHEN enhanced THEN x ELSE 0.0 END) AS xe, sum(CASE WHEN enhanced THEN 0.0 ELSE x END) AS xb,
         sum(CASE WHEN enhanced AND counts THEN 1 ELSE 0 END) AS ne, sum(CASE WHEN counts AND NOT enhanced THEN 1 ELSE 0 END) AS nb
    WITH out, day, channel, top, xe > 0 AS enhanced, // where there are enhanced rows the basic ones do not count
         CASE WHEN xe > 0 THEN ne ELSE nb END AS n, sqrt(weight * CASE WHEN xe > 0 THEN xe ELSE xb END) AS w
    RETURN count(DISTINCT day) AS days, max(day) AS last, collect(DISTINCT channel) AS channels, max(enhanced) AS enhanced,
           max(CASE channel WHEN 'meeting' THEN top END) AS closest,
           sum(CASE WHEN out AND channel = 'meeting' THEN n ELSE 0 END) AS met,
           sum(CASE WHEN out AND channel <> 'meeting' THEN n ELSE 0 END) AS sent,
           sum(CASE WHEN NOT out AND channel <> 'meeting' THEN n ELSE 0 END) AS received,
           sum(CASE WHEN out THEN w * 2.0 ^ ((day - 19000) / 14.0) ELSE 0.0 END) AS fast_out,
           sum(CASE WHEN out THEN w * 2.0 ^ ((day - 19000) / 180.0) ELSE 0.0 END) AS slow_out,
           sum(CASE WHEN out THEN 0.0 ELSE w * 2.0 ^ ((day - 19000) / 14.0) END) AS fast_in,
           sum(CASE WHEN out THEN 0.0 ELSE w * 2.0 ^ ((day - 19000) / 180.0) END) AS slow_in
  }
  CALL (u, v) { // and from what retention folded of them, which leaves its mark on the addresses
    MATCH (u)<-[:OF]-(au:Address)
    WHERE au.collect_from > 0
    MATCH (v)<-[:OF]-(av:Address)
    WITH au, av
    MATCH (av)-[o:KEPT]-(au)
    WITH o, startNode(o) = au AS out
    RETURN sum(o.days) AS kept_days, max(o.last) AS kept_last, collect(o.channels) AS kept_channels, max(o.tier = 'enhanced') AS kept_enhanced,
           max(o.closest) AS kept_closest, sum(CASE WHEN out THEN o.met ELSE 0 END) AS kept_met,
           sum(CASE WHEN out THEN o.count ELSE 0 END) AS kept_sent, sum(CASE WHEN out THEN 0 ELSE o.count END) AS kept_received,
           sum(CASE WHEN out THEN o.fast ELSE 0.0 END) AS kept_fast_out, sum(CASE WHEN out THEN o.slow ELSE 0.0 END) AS kept_slow_out,
           sum(CASE WHEN out THEN 0.0 ELSE o.fast END) AS kept_fast_in, sum(CASE WHEN out THEN 0.0 ELSE o.slow END) AS kept_slow_in
  }
  WITH u, v, days + kept_days AS days, CASE WHEN last > kept_last OR kept_last IS NULL THEN last ELSE kept_last END AS last,
       channels + [x IN ['email', 'meeting', 'call'] WHERE NOT x IN channels AND any(xs IN kept_channels WHERE x IN xs)] AS channels,
       coalesce(enhanced, false) OR coalesce(kept_enhanced, false) AS enhanced, met + kept_met AS met,
       coalesce(closest, 0.0) >= $small_meeting OR coalesce(kept_closest, 0.0) >= $small_meeting AS small,
       sent + kept_sent AS sent, received + kept_received AS received,
       fast_out + kept_fast_out AS fast_out, slow_out + kept_slow_out AS slow_out,
       fast_in + kept_fast_in AS fast_in, slow_in + kept_slow_in AS slow_in
  UNWIND [true, false] AS ahead // from u to v, and from v to u
  WITH CASE WHEN ahead THEN u ELSE v END AS c, CASE WHEN ahead THEN v ELSE u END AS p,
       CASE WHEN ahead THEN 1.5 * fast_out + fast_in ELSE 1.5 * fast_in + fast_out END AS fast,
       CASE WHEN ahead THEN 1.5 * slow_out + slow_in ELSE 1.5 * slow_in + slow_out END AS slow,
       CASE WHEN ahead THEN sent ELSE received END AS sent, CASE WHEN ahead THEN received ELSE sent END AS received,
       days, last, channels, met, CASE WHEN enhanced THEN 'enhanced' ELSE 'basic' END AS tier,
       (sent > 0 AND received > 0) OR small AS two_way
  WHERE c:Colleague
  MERGE (p)<-[k:KNOWS {pair: c.id + p.id}]-(c)
  SET k += {fast: fast, slow: slow, days: days, last: last, channels: channels, sent: sent, received: received, met: met,
            tier: tier, two_way: two_way}
  RETURN count(k) AS ties
}
RETURN ties
