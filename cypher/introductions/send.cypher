// Sends a draft of the asker's where nobody asks the same and the introducer may be asked; says why not, and when that ends.
// mode: write
// params: id, key, send_key, day, now, expires, open_requests, monthly, month, cooldown, asks_per_day, a_day
// returns: fate, state, free, asked
MATCH (a:Address {key: $key})-[:OF]->(me:Person) USING INDEX SEEK a:Address(key)
MATCH (me)<-[:OF]-(:Address)<-[:ASKED_BY]-(i:Introduction {id: $id}) USING INDEX SEEK i:Introduction(id) // a pattern of its own: also by that same address
MATCH (i)-[:VIA]->(:Address)-[:OF]->(c:Person)
MATCH (i)-[:TO]->(:Address)-[:OF]->(t:Person)
WITH DISTINCT me, c, t, i
CALL (me, c, t) {
  UNWIND [me, c, t] AS p
  MATCH (p)<-[:OF]-(x:Address)
  WITH x ORDER BY x.key
  SET x.seen = $day // the locks of the addresses, in the order of keys
  RETURN count(x) AS addresses
}
CALL (me, c, t) {
  UNWIND [me, c, t] AS p
  WITH p ORDER BY p.id
  SET p.seen = $day // the locks of the persons, in the order of ids: what is counted below stays so
  RETURN count(p) AS people
}
SET i.touched = $now
WITH me, c, t, i
WHERE all(p IN [me, c] WHERE p:Colleague AND p.from <= $day AND $day < p.until)
  AND all(p IN [me, c, t] WHERE
    COLLECT { MATCH (p)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true])
  AND NOT EXISTS { (t)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(c) }
WITH i, me, COLLECT {
  MATCH (c)<-[:OF]-(:Address)<-[:VIA]-(o:Introduction)
  WHERE o.sent IS NOT NULL
  WITH DISTINCT o ORDER BY o.sent DESC, o.id LIMIT 1000
  RETURN {
    sent: o.sent, expires: o.expires, again: o.again, open: o.state = 'sent' AND o.expires > $now,
    going: o.state IN ['sent', 'accepted'] AND o.expires > $now,
    same: EXISTS { (o)-[:TO]->(:Address)-[:OF]->(t) },
    asker: COLLECT { MATCH (o)-[:ASKED_BY]->(:Address)-[:OF]->(p:Person) RETURN {name: p.name, you: p = me} LIMIT 1 }[0]
  }
} AS requests, COLLECT {
  MATCH (me)<-[:OF]-(:Address)<-[:ASKED_BY]-(o:Introduction)
  WHERE o.sent > $now - $a_day
  RETURN o.sent AS sent ORDER BY sent DESC LIMIT $asks_per_day
} AS mine
WITH i, mine, requests, [r IN requests WHERE r.open | r.expires] AS open, [r IN requests | r.sent] AS sent,
     head([r IN requests WHERE r.same AND r.going]) AS asked
WITH i, asked, reduce(most = 0, one IN [
       CASE WHEN size(open) >= $open_requests THEN reduce(first = head(open), e IN open | CASE WHEN e < first THEN e ELSE first END) END,
       sent[$monthly - 1] + $month,
       sent[0] + $cooldown,
       mine[$asks_per_day - 1] + $a_day] + [r IN requests WHERE r.same | r.again] |
       CASE WHEN one > most THEN one ELSE most END) AS free
WITH i, asked, free, i.state AS state,
     CASE WHEN i.send_key = $send_key THEN 'replayed' WHEN i.state <> 'draft' THEN 'state' WHEN asked IS NOT NULL THEN 'asked'
          WHEN free > $now THEN 'budget' ELSE 'sent' END AS fate
FOREACH (_ IN CASE WHEN fate = 'sent' THEN [1] ELSE [] END |
  SET i.state = 'sent', i.send_key = $send_key, i.sent = $now, i.changed = $now, i.expires = $expires, i.due = $expires,
      i.states = i.states + 'sent', i.times = i.times + $now, i.actors = i.actors + 'asker'
  MERGE (m:Mail {id: i.id + '-sent'})
    ON CREATE SET m.kind = 'request', m.state = 'pending', m.at = $now, m.due = $now, m.tries = 0
  MERGE (m)-[:ABOUT]->(i))
REMOVE i.touched
RETURN fate, state, free, asked
