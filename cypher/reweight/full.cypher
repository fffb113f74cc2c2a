// Recomputes all ties of some colleagues from raw and kept sums, and tells which ones were not what they should be.
// mode: write
// params: job, token, cursor, ttl, colleagues, day, small_meeting
// returns: ties, different
MATCH (j:Job {name: $job}) USING INDEX SEEK j:Job(name)
SET j.touched = timestamp() // the lock of the job
WITH j
WHERE j.token = $token AND j.until >= timestamp() // the fence: whoever lost the lease writes nothing
SET j.cursor = $cursor, j.until = timestamp() + $ttl
WITH j
CALL () {
  UNWIND $colleagues AS id
  MATCH (:Person {id: id})<-[:OF]-(a:Address)
  WITH DISTINCT a ORDER BY a.key
  SET a.seen = $day // the locks of the addresses, in the order of keys
  WITH collect(a) AS addresses
  CALL (addresses) {
    UNWIND addresses AS a
    MATCH (a)-[:OF]->(u:Person)
    MATCH (a)-[:INTERACTED|KEPT]-(:Address)-[:OF]->(v:Person)
    RETURN DISTINCT u AS u, v AS v
    UNION
    UNWIND $colleagues AS id
    MATCH (u:Person {id: id})-[:KNOWS]-(v:Person) USING INDEX SEEK u:Person(id)
    RETURN u AS u, v AS v
  }
  WITH DISTINCT CASE WHEN u.id < v.id THEN u ELSE v END AS u, CASE WHEN u.id < v.id THEN v ELSE u END AS v
  WHERE u <> v
  WITH collect({u: u, v: v}) AS pairs
  CALL (pairs) {
    UNWIND pairs AS pair
    UNWIND [pair.u, pair.v] AS p
    WITH DISTINCT p ORDER BY p.id
    SET p.seen = $day // the locks of the persons, in the order of ids
    RETURN count(p) AS people
  }
  MATCH (formula:Settings {id: 'wkw'})
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
  OPTIONAL MATCH (c)-[old:KNOWS {pair: c.id + p.id}]->(p) USING INDEX SEEK old:KNOWS(pair)
  WITH c, p, fast, slow, days, last, channels, sent, received, met, tier, two_way,
       old IS NULL OR abs(old.fast - fast) > 1e-9 * fast OR abs(old.slow - slow) > 1e-9 * slow OR old.days <> days
       OR coalesce(old.last <> last, old.last IS NOT NULL OR last IS NOT NULL) OR old.sent <> sent OR old.received <> received
       OR old.met <> met OR old.tier <> tier OR old.two_way <> two_way AS differs
  MERGE (p)<-[k:KNOWS {pair: c.id + p.id}]-(c)
  SET k += {fast: fast, slow: slow, days: days, last: last, channels: channels, sent: sent, received: received, met: met,
            tier: tier, two_way: two_way}
  RETURN count(k) AS ties, collect(CASE WHEN differs THEN {colleague: c.id, person: p.id} END) AS different
}
RETURN ties, different
