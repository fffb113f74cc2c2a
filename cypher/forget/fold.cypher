// Folds what some colleagues had with others, older than either is kept, into kept sums, at most so many pairs of people; no strength changes.
// mode: write
// params: job, token, cursor, ttl, colleagues, before, day, limit
// returns: pairs, interactions
MATCH (j:Job {name: $job}) USING INDEX SEEK j:Job(name)
SET j.touched = timestamp() // the lock of the job
WITH j
WHERE j.token = $token AND j.until >= timestamp() // the fence: whoever lost the lease writes nothing
  AND NOT EXISTS { MATCH (o:Settings {id: 'wkw'}) WHERE o.rotating IS NOT NULL } // sums are named by keys: half of them are new
SET j.cursor = $cursor, j.until = timestamp() + $ttl
WITH j
CALL () {
  UNWIND $colleagues AS id
  MATCH (u:Person {id: id})<-[:OF]-(a:Address) USING INDEX SEEK u:Person(id)
  MATCH (a)-[i:INTERACTED]-(:Address)-[:OF]->(v:Person)
  WHERE i.day < $before.latest
  WITH CASE WHEN u.id < v.id THEN u ELSE v END AS u, CASE WHEN u.id < v.id THEN v ELSE u END AS v, min(i.day) AS oldest
  // Before which day the policy of each folds what is theirs; that of a contact folds no more than any does.
  WITH u, v, oldest, [p IN [u, v] | CASE WHEN NOT p:Colleague THEN $before.contacts WHEN p.folded_region IS NULL THEN $before.unknown
                                         ELSE coalesce($before.regions[p.folded_region], $before.others) END] AS own
  WITH u, v, oldest, own, CASE WHEN own[0] > own[1] THEN own[0] ELSE own[1] END AS before // the stricter of the two
  WHERE oldest < before
  WITH u, v, own, before ORDER BY u.id, v.id LIMIT $limit
  WITH collect({u: u, v: v, own: own, before: before}) AS pairs
  CALL (pairs) {
    UNWIND pairs AS pair
    UNWIND [0, 1] AS n
    WITH [pair.u, pair.v][n] AS p, pair.own[n] * 86400000 AS since
    MATCH (p)<-[:OF]-(a:Address)
    WITH a, max(since) AS since ORDER BY a.key
    SET a.seen = $day, // the locks of the addresses, in the order of keys
        a.collect_from = CASE WHEN a.collect_from < since THEN since WHEN a.collect_from = 0 THEN 1 ELSE a.collect_from END
    RETURN count(a) AS addresses
  }
  CALL (pairs) {
    UNWIND pairs AS pair
    UNWIND [pair.u, pair.v] AS p
    WITH DISTINCT p ORDER BY p.id
    SET p.seen = $day // the locks of the persons, in the order of ids
    RETURN count(p) AS people
  }
  MATCH (formula:Settings {id: 'wkw'})
  UNWIND pairs AS pair
  WITH pair.u AS u, pair.v AS v, pair.before AS before, formula
  CALL (u, v, before, formula) {
    MATCH (u)<-[:OF]-(au:Address)
    MATCH (v)<-[:OF]-(av:Address)
    WHERE u <> v OR au.key < av.key // also what one person's own addresses had with each other
    WITH au, av, before, formula
    MATCH (av)-[i:INTERACTED]-(au)
    WHERE i.day < before
    WITH startNode(i) = au AS out, i.day AS day, i.channel AS channel, formula[i.channel] AS weight, collect(i) AS edges,
         sum(CASE i.tier WHEN 'enhanced' THEN i.weight ELSE 0.0 END) AS xe,
         sum(CASE i.tier WHEN 'enhanced' THEN 0.0 ELSE i.weight END) AS xb
    WITH day, channel, edges, xe > 0 AS enhanced, weight, CASE WHEN xe > 0 THEN xe ELSE xb END AS x
    // A cell may span several addresses of a person: each pair of addresses keeps its share of the damped sum.
    WITH count(DISTINCT CASE WHEN x > 0 THEN day END) AS days,
         collect({day: day, channel: channel, edges: edges, enhanced: enhanced, share: CASE WHEN x > 0 THEN sqrt(weight * x) / x ELSE 0.0 END})
           AS cells
    UNWIND cells AS cell
    UNWIND cell.edges AS i
    WITH days, cell.day AS day, cell.channel AS channel, cell.enhanced AS enhanced, cell.share AS share, i,
         i.weight > 0 AS held, i.weight > 0 AND (i.tier = 'enhanced') = cell.enhanced AS counts
    WITH days, startNode(i) AS a, endNode(i) AS b, collect(i) AS edges, max(CASE WHEN held THEN day END) AS last,
         collect(DISTINCT CASE WHEN held THEN channel END) AS channels, max(CASE WHEN held THEN enhanced END) AS enhanced,
         max(CASE WHEN held AND channel = 'meeting' THEN i.weight END) AS closest,
         sum(CASE WHEN counts AND channel = 'meeting' THEN 1 ELSE 0 END) AS met,
         sum(CASE WHEN counts AND (channel = 'email' OR channel = 'call' AND i.placed) THEN 1 ELSE 0 END) AS count,
         sum(CASE WHEN counts THEN share * i.weight * 2.0 ^ ((day - 19000) / 14.0) ELSE 0.0 END) AS fast,
         sum(CASE WHEN counts THEN share * i.weight * 2.0 ^ ((day - 19000) / 180.0) ELSE 0.0 END) AS slow
    WITH days, a, b, edges, last, channels, enhanced, closest, met, count, fast, slow ORDER BY last IS NULL, a.key, b.key
    WITH days, collect({a: a, b: b, edges: edges, last: last, channels: channels, enhanced: enhanced, closest: closest, met: met,
                        count: count, fast: fast, slow: slow}) AS rows
    UNWIND range(0, size(rows) - 1) AS n
    WITH rows[n] AS row, CASE n WHEN 0 THEN days ELSE 0 END AS days // a day counts once for the pair
    FOREACH (i IN row.edges | DELETE i)
    WITH row, days, row.a AS a, row.b AS b, size(row.edges) AS folded
    CALL (row, days, a, b, formula) {
      WITH row, days, a, b
      WHERE row.last IS NOT NULL // cancelled ones leave nothing
      MERGE (a)-[o:KEPT {pair: a.key + b.key}]->(b)
        ON CREATE SET o.fast = 0.0, o.slow = 0.0, o.days = 0, o.count = 0, o.met = 0, o.channels = [], o.formulas = [],
                      o.tier = 'basic'
      SET o.fast = o.fast + row.fast, o.slow = o.slow + row.slow, o.days = o.days + days, o.count = o.count + row.count,
          o.met = o.met + row.met, o.last = CASE WHEN o.last > row.last THEN o.last ELSE row.last END,
          o.closest = CASE WHEN o.closest > coalesce(row.closest, 0.0) THEN o.closest ELSE row.closest END,
          o.channels = o.channels + [x IN row.channels WHERE NOT x IN o.channels],
          o.formulas = o.formulas + [x IN [formula.formula] WHERE NOT x IN o.formulas],
          o.tier = CASE WHEN row.enhanced THEN 'enhanced' ELSE o.tier END
      RETURN count(o) AS kept
    }
    RETURN sum(folded) AS folded
  }
  RETURN count(*) AS pairs, sum(folded) AS interactions
}
RETURN pairs, interactions
