// Makes one person of all whom some addresses belong to, the strictest sharing for all of them, and recomputes their ties.
// mode: write
// params: addresses, colleague, day, sharing, small_meeting, address_print
// returns: people, closed, became, ties, sources
UNWIND $addresses AS x
OPTIONAL MATCH (:Address {key: x.key})-[:OF]->(:Person)<-[:OF]-(a:Address)
WITH collect(a.key) + [x IN $addresses | x.key] AS keys
MATCH (o:Settings {id: 'wkw'})
WHERE o.address_print = $address_print AND o.rotating IS NULL // the fence: other secrets make other keys
UNWIND keys AS key
WITH DISTINCT key ORDER BY key
MERGE (a:Address {key: key})
  ON CREATE SET a.sharing = $sharing, a.collect_from = 0
SET a.seen = $day // the locks of the addresses, in the order of keys
WITH collect(a) AS addresses
WHERE size(addresses) > 0 // no row where the fence let nothing through
FOREACH (x IN $addresses | FOREACH (a IN [a IN addresses WHERE a.key = x.key AND NOT EXISTS { (a)-[:OF]->(:Person) }] |
  CREATE (a)-[:OF]->(p:Person {id: x.id})
  FOREACH (_ IN CASE WHEN x.own THEN [1] ELSE [] END | SET p:Colleague, p.from = 0, p.until = 2932896) // until the year 9999
  FOREACH (_ IN CASE WHEN x.own THEN [] ELSE [1] END | SET p:Contact, p.lead = false)))
WITH addresses
CALL (addresses) {
  UNWIND addresses AS a
  MATCH (a)-[:OF]->(p:Person)
  RETURN DISTINCT p AS p
  UNION
  UNWIND addresses AS a
  MATCH (a)-[:INTERACTED|KEPT]-(:Address)-[:OF]->(p:Person)
  RETURN DISTINCT p AS p
}
WITH addresses, p ORDER BY p.id
SET p.seen = $day // the locks of the persons, those they dealt with too, in the order of ids
WITH addresses, collect(p) AS locked
CALL (addresses) { // once more under the locks: who they are, what addresses these have, whom they dealt with
  UNWIND addresses AS a
  MATCH (a)-[:OF]->(p:Person)
  WITH DISTINCT p ORDER BY p:Colleague DESC, p.id
  RETURN collect(p) AS same
}
CALL (addresses, same) {
  UNWIND addresses AS a
  MATCH (a)-[:INTERACTED|KEPT]-(:Address)-[:OF]->(p:Person)
  WITH DISTINCT p, same
  WHERE NOT p IN same
  RETURN collect(p) AS others
}
CALL (same, others) {
  UNWIND same + others AS p
  WITH p ORDER BY p.id
  RETURN collect(p) AS now
}
WITH addresses, locked, same, others, now, head(same) AS u, COUNT { UNWIND same AS p MATCH (p)<-[:OF]-(:Address) RETURN 1 } AS held
WHERE now = locked AND held = size(addresses) // else somebody else was first, and it has to be tried again
WITH addresses, same, others, u, any(a IN addresses WHERE NOT a.sharing) AS closed,
     ($colleague OR u:Colleague) AND any(p IN same WHERE NOT p:Colleague) AS became
CALL (same, u) { // the newest name, and of the rest what the one has and what the other knows
  UNWIND same AS p
  WITH u, p ORDER BY coalesce(p.named_at, -1) DESC, p <> u, p.id
  WITH u, collect(p) AS by_name
  WITH u, by_name, head(by_name) AS named
  SET u.name = named.name, u.folded_name = named.folded_name, u.named_at = named.named_at,
      u.title = coalesce(u.title, head([p IN by_name WHERE p.title IS NOT NULL | p.title])),
      u.region = coalesce(u.region, head([p IN by_name WHERE p.region IS NOT NULL | p.region])),
      u.folded_region = coalesce(u.folded_region, head([p IN by_name WHERE p.folded_region IS NOT NULL | p.folded_region])),
      u.department = coalesce(u.department, head([p IN by_name WHERE p.department IS NOT NULL | p.department])),
      u.language = coalesce(u.language, head([p IN by_name WHERE p.language IS NOT NULL | p.language]))
  FOREACH (p IN by_name | SET u.listed = CASE WHEN u.listed > p.listed THEN u.listed ELSE coalesce(p.listed, u.listed) END,
    u.noticed = CASE WHEN u.noticed < p.noticed THEN u.noticed ELSE coalesce(p.noticed, u.noticed) END)
  FOREACH (_ IN CASE WHEN any(p IN by_name WHERE p:Contact) THEN [1] ELSE [] END |
    SET u:Contact, u.lead = any(p IN by_name WHERE coalesce(p.lead, false)))
  RETURN count(*) AS facts
}
CALL (same, u) { // of several companies the one of whom was last in touch stays open, and none of a colleague's
  UNWIND same AS p
  MATCH (p)-[w:WORKS_AT]->(c:Company)
  WITH u, w, c, reduce(newest = -1, last IN COLLECT { MATCH (p)-[k:KNOWS]-(:Person) RETURN k.last } |
                       CASE WHEN last > newest THEN last ELSE newest END) AS newest
  WITH u, c, max(newest) AS newest, min(w.from) AS from, CASE WHEN count(w) > count(w.until) THEN null ELSE max(w.until) END AS until
  WITH u, c, from, until ORDER BY until IS NULL DESC, newest DESC, c.name, c.id
  WITH u, collect({company: c, from: from, until: until}) AS firms
  UNWIND range(0, size(firms) - 1) AS n
  WITH u, n, firms[n] AS firm, firms[n].company AS c
  MERGE (u)-[w:WORKS_AT]->(c)
  SET w.from = firm.from, w.until = CASE WHEN n = 0 AND ($colleague OR NOT u:Colleague) THEN firm.until ELSE coalesce(firm.until, $day) END
  RETURN count(c) AS firms
}
CALL (addresses, u) {
  UNWIND addresses AS a
  MATCH (a)-[old:OF]->(p:Person)
  WHERE p <> u
  WITH a, u, old, old.listed AS listed
  DELETE old
  CREATE (a)-[:OF {listed: listed}]->(u)
}
FOREACH (p IN tail(same) | DETACH DELETE p)
FOREACH (x IN $addresses | FOREACH (a IN [a IN addresses WHERE a.key = x.key AND NOT closed] |
  SET a.source = CASE WHEN a.uri IS NULL THEN x.source ELSE a.source END, a.uri = coalesce(a.uri, x.uri)))
FOREACH (a IN CASE WHEN closed THEN addresses ELSE [] END |
  SET a.sharing = false
  REMOVE a.uri, a.source)
FOREACH (p IN CASE WHEN closed THEN [u] ELSE [] END |
  REMOVE p.name, p.folded_name, p.named_at, p.title, p.region, p.folded_region, p.department, p.language, p.noticed)
FOREACH (_ IN CASE WHEN $colleague THEN [1] ELSE [] END |
  SET u:Colleague, u.from = coalesce(u.from, 0), u.until = coalesce(u.until, 2932896))
WITH addresses, same, others, u, closed, became
CALL (others, u) { // a tie that nothing is behind any more goes
  MATCH (u)-[k:KNOWS]-(v:Person)
  WHERE NOT v IN others
  DELETE k
}
MATCH (formula:Settings {id: 'wkw'})
WITH addresses, same, others, u, closed, became, formula
CALL (others, u, formula) {
  UNWIND others AS v
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
RETURN size(same) AS people, [a IN addresses WHERE closed | a.key] AS closed, became, ties,
       COLLECT { MATCH (s:Source) WHERE s.name > '' RETURN s.name ORDER BY s.name LIMIT 1000 } AS sources // an index seek
