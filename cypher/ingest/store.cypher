// Stores one batch of interactions between pairs of addresses and recomputes the ties they touch.
// mode: write
// params: addresses, companies, pairs, events, day, small_meeting, sharing, policy, address_print
// returns: known, changed, expired, suppressed, same, strangers, ties
MATCH (o:Settings {id: 'wkw'})
WHERE o.address_print = $address_print AND o.rotating IS NULL // the fence: other secrets make other keys
  AND coalesce(o.policy, 0) = $policy // another: whom the policy closes was closed before
UNWIND $addresses AS x // sorted by key; x.n is the position in the list
MERGE (a:Address {key: x.key})
  ON CREATE SET a.sharing = $sharing, a.collect_from = 0
SET a.seen = $day // the lock of the address: any SET takes it, MERGE alone does not
WITH x, a
FOREACH (_ IN CASE WHEN a.sharing AND a.uri IS NULL AND a.collect_from < 9007199254740992 THEN [1] ELSE [] END | SET a.uri = x.uri, a.source = x.source)
WITH x, a, a.sharing AND NOT EXISTS { (a)-[:OF]->(:Person) } AS missing
FOREACH (_ IN CASE WHEN missing AND x.own THEN [1] ELSE [] END |
  CREATE (a)-[:OF]->(:Person:Colleague {id: x.id, from: 0, until: 2932896})) // until the year 9999
FOREACH (_ IN CASE WHEN missing AND NOT x.own THEN [1] ELSE [] END |
  CREATE (a)-[:OF]->(:Person:Contact {id: x.id, lead: false}))
WITH x, a, missing
OPTIONAL MATCH (a)-[:OF]->(p:Person) WHERE a.sharing
WITH x, a, p, missing ORDER BY p.id
SET p.seen = $day // the lock of the person, in the order of ids
WITH x, a, p, missing
FOREACH (_ IN CASE WHEN x.named_at > coalesce(p.named_at, -1) THEN [1] ELSE [] END |
  SET p.name = x.name, p.folded_name = x.folded_name, p.named_at = x.named_at)
WITH x, a, p, missing ORDER BY x.n
WITH collect({address: a, person: p, missing: missing}) AS ends
WHERE size(ends) > 0 // no row where the fence let nothing through
MATCH (formula:Settings {id: 'wkw'}) // read under the locks: whoever changes the weights recomputes every tie afterwards
WITH ends, formula
CALL (ends, formula) { // a new contact works at the company of the address's domain
  UNWIND $companies AS y
  WITH y, [n IN y.members WHERE ends[n].missing | ends[n].person] AS newcomers
  WHERE size(newcomers) > 0 AND NOT y.domain IN coalesce(formula.no_companies, [])
  MERGE (d:Domain {name: y.domain})
  MERGE (d)-[:OF]->(c:Company)
    ON CREATE SET c.id = y.id, c.name = y.domain
  FOREACH (p IN newcomers | CREATE (p)-[:WORKS_AT]->(c))
  RETURN count(c) AS companies
}
CALL (ends, formula) {
  UNWIND $pairs AS g // there: ids of edges from a to b with the position of their event; back: from b to a
  WITH g, ends[g.a].address AS a, ends[g.b].address AS b, ends[g.a].person AS u, ends[g.b].person AS v, formula
  WHERE u <> v AND (u:Colleague OR v:Colleague)
  CALL (g, a, b) {
    MATCH (b)-[old:INTERACTED]-(a)
    WITH old, $events[coalesce(g.there[old.id], g.back[old.id])] AS e
    WHERE e IS NOT NULL
    WITH old, e, [e.rev, e.weight = 0.0, e.tier, e.weight, e.at, e.channel, coalesce(e.placed, false)]
               > [old.rev, old.weight = 0.0, old.tier, old.weight, old.at, old.channel, coalesce(old.placed, false)] AS newer
    FOREACH (_ IN CASE WHEN newer THEN [1] ELSE [] END |
      SET old += e)
    RETURN collect(old.id) AS known, collect(CASE WHEN newer THEN old.id END) AS changed
  }
  WITH g, a, b, u, v, formula, known, changed,
       CASE WHEN a.collect_from > b.collect_from THEN a.collect_from ELSE b.collect_from END AS since
  WITH g, a, b, u, v, formula, known, changed, since,
       [id IN keys(g.there) WHERE NOT id IN known] AS there, [id IN keys(g.back) WHERE NOT id IN known] AS back
  WITH g, a, b, u, v, formula, known, changed,
       [id IN there WHERE $events[g.there[id]].at >= since] AS there,
       [id IN back WHERE $events[g.back[id]].at >= since] AS back,
       [id IN there WHERE $events[g.there[id]].at < since] + [id IN back WHERE $events[g.back[id]].at < since] AS expired
  FOREACH (id IN there | FOREACH (e IN [$events[g.there[id]]] |
    CREATE (a)-[:INTERACTED {id: id, at: e.at, day: e.day, channel: e.channel, weight: e.weight, tier: e.tier,
                             source: e.source, rev: e.rev, placed: e.placed}]->(b)))
  FOREACH (id IN back | FOREACH (e IN [$events[g.back[id]]] |
    CREATE (b)-[:INTERACTED {id: id, at: e.at, day: e.day, channel: e.channel, weight: e.weight, tier: e.tier,
                             source: e.source, rev: e.rev, placed: e.placed}]->(a)))
  WITH CASE WHEN u.id < v.id THEN u ELSE v END AS u, CASE WHEN u.id < v.id THEN v ELSE u END AS v, formula,
       reduce(all = [], ids IN collect(known) | all + ids) AS known,
       reduce(all = [], ids IN collect(changed) | all + ids) AS changed,
       reduce(all = [], ids IN collect(expired) | all + ids) AS expired,
       sum(size(there) + size(back) + size(changed)) AS touched
  CALL (u, v, formula, touched) {
    WITH u, v, formula
    WHERE touched > 0
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
    WITH c, p, c.id + p.id AS pair, fast, slow, days, last, channels, sent, received, met, tier, two_way
    OPTIONAL MATCH (c)-[k:KNOWS {pair: pair}]->(p) USING INDEX SEEK k:KNOWS(pair)
    FOREACH (_ IN CASE WHEN k IS NULL THEN [1] ELSE [] END | // a quarter cheaper than MERGE and SET; the persons are locked
      CREATE (c)-[:KNOWS {pair: pair, fast: fast, slow: slow, days: days, last: last, channels: channels, sent: sent,
                          received: received, met: met, tier: tier, two_way: two_way}]->(p))
    FOREACH (_ IN CASE WHEN k IS NULL THEN [] ELSE [1] END |
      SET k += {fast: fast, slow: slow, days: days, last: last, channels: channels, sent: sent,
                received: received, met: met, tier: tier, two_way: two_way})
    RETURN count(c) AS ties
  }
  RETURN collect(known) AS known, collect(changed) AS changed, collect(expired) AS expired, sum(ties) AS ties
}
RETURN known, changed, expired, ties,
       [n IN range(0, size($pairs) - 1) WHERE ends[$pairs[n].a].person IS NULL OR ends[$pairs[n].b].person IS NULL] AS suppressed,
       [n IN range(0, size($pairs) - 1)
        WHERE ends[$pairs[n].a].person = ends[$pairs[n].b].person] AS same,
       [n IN range(0, size($pairs) - 1)
        WHERE NOT (ends[$pairs[n].a].person:Colleague OR ends[$pairs[n].b].person:Colleague)] AS strangers
