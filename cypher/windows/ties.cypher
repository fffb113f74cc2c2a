// Gives the ties of colleagues as of the morning of a day, summed from the raw edges before it, and what they are compared with.
// mode: read
// params: ids, day, recent, f, s, k, weights
// returns: people
UNWIND $ids AS id
MATCH (u:Person {id: id}) USING INDEX SEEK u:Person(id)
CALL (u) { // ties as `lookup/introducers_as_of` makes them; the sum is also given in parts, one for each channel and one for what was folded
  CALL (u) {
    MATCH (u)<-[:OF]-(a:Address)
    WITH u, a
    MATCH (a)-[i:INTERACTED]-(b:Address)
    WHERE i.day < $day AND i.weight > 0
    WITH u, a, i, b
    MATCH (b)-[:OF]->(v:Person)
    WHERE v <> u
    WITH v, startNode(i) = a AS out, i.day AS day, i.channel AS channel, i.weight AS x, i.at AS at, i.tier = 'enhanced' AS enhanced,
         i.channel <> 'call' OR i.placed AS counts
    WITH v, out, day, channel, max(at) AS last,
         sum(CASE WHEN enhanced THEN x ELSE 0.0 END) AS xe, sum(CASE WHEN enhanced THEN 0.0 ELSE x END) AS xb,
         sum(CASE WHEN enhanced AND counts THEN 1 ELSE 0 END) AS ne, sum(CASE WHEN counts AND NOT enhanced THEN 1 ELSE 0 END) AS nb
    WITH v, day, channel, last, // a meeting runs both ways and is one
         CASE WHEN channel = 'meeting' AND NOT out THEN 0 WHEN xe > 0 THEN ne ELSE nb END AS n,
         CASE WHEN out THEN 1.5 ELSE 1.0 END * sqrt($weights[channel] * CASE WHEN xe > 0 THEN xe ELSE xb END)
           * (2.0 ^ ((day - 19000) / 14.0) * $f + 2.0 ^ ((day - 19000) / 180.0) * $s) AS w
    RETURN v, sum(CASE channel WHEN 'email' THEN w ELSE 0.0 END) AS email, sum(CASE channel WHEN 'meeting' THEN w ELSE 0.0 END) AS meeting,
           sum(CASE channel WHEN 'call' THEN w ELSE 0.0 END) AS call, 0.0 AS kept,
           sum(n) AS count, max(last) AS last, sum(CASE WHEN day >= $recent THEN n ELSE 0 END) AS lately
    UNION ALL
    MATCH (u)<-[:OF]-(a:Address)
    WITH u, a
    MATCH (a)-[o:KEPT]-(b:Address)
    WITH u, a, o, b
    MATCH (b)-[:OF]->(v:Person)
    WHERE v <> u
    WITH v, o, startNode(o) = a AS out
    RETURN v, 0.0 AS email, 0.0 AS meeting, 0.0 AS call, CASE WHEN out THEN 1.5 ELSE 1.0 END * (o.fast * $f + o.slow * $s) AS kept,
           o.count + CASE WHEN out THEN coalesce(o.met, 0) ELSE 0 END AS count, o.last * 86400000 AS last, 0 AS lately
  }
  WITH v, sum(email) AS email, sum(meeting) AS meeting, sum(call) AS call, sum(kept) AS kept,
       sum(count) AS count, max(last) AS last, sum(lately) AS lately
  WITH v, email, meeting, call, kept, count, last, lately, email + meeting + call + kept AS sum
  WITH head(COLLECT { MATCH (v)<-[:OF]-(b:Address) RETURN b.key ORDER BY b.key LIMIT 1 }) AS key,
       sum / (sum + $k) AS strength, email, meeting, call, kept, count, last, lately ORDER BY key
  RETURN collect([key, strength, email, meeting, call, kept, count, last, lately]) AS ties
}
RETURN collect({id: u.id, ties: ties}) AS people
