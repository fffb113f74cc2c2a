// Moves an introduction from one of some states to another, if that is its state, for whoever has a role in it.
// mode: write
// params: id, key, edge, from, to, by, now, more, mail
// returns: moved, state
MATCH (a:Address {key: $key})-[:OF]->(me:Person) USING INDEX SEEK a:Address(key)
MATCH (me)<-[:OF]-(:Address)<-[r:ASKED_BY|VIA]-(i:Introduction {id: $id}) USING INDEX SEEK i:Introduction(id) // a pattern of its own: also by that same address
WHERE type(r) = $edge AND ($edge = 'ASKED_BY' OR i.sent IS NOT NULL)
SET i.touched = $now // the lock: of two at once the second finds the state that the first left
WITH DISTINCT i
MATCH (i)-[:ASKED_BY|VIA|TO]->(:Address)-[:OF]->(p:Person)
WITH i, collect(DISTINCT p) AS people
WHERE all(p IN people WHERE
  COLLECT { MATCH (p)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true])
WITH i, CASE WHEN i.state IN ['sent', 'accepted'] AND i.expires <= $now THEN 'expired' ELSE coalesce(i.outcome, i.state) END AS state
WITH i, state, state IN $from AS moves
FOREACH (_ IN CASE WHEN moves THEN [1] ELSE [] END |
  SET i.state = $to, i.changed = $now, i.states = i.states + coalesce($more.outcome, $to), i.times = i.times + $now,
      i.actors = i.actors + $by, i += $more)
FOREACH (_ IN CASE WHEN moves AND $mail IS NOT NULL THEN [1] ELSE [] END |
  MERGE (m:Mail {id: i.id + '-' + $to})
    ON CREATE SET m.kind = $mail, m.state = 'pending', m.at = $now, m.due = $now, m.tries = 0
  MERGE (m)-[:ABOUT]->(i))
REMOVE i.touched
RETURN moves AS moved, state
