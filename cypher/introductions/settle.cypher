// Does what is due with introductions: silence ends them, the words of what is over go, later all of it; so many at a time.
// mode: write
// params: now, words, whole, limit
// returns: expired, emptied, deleted
MATCH (i:Introduction) USING INDEX i:Introduction(due)
WHERE i.due <= $now
WITH i ORDER BY i.due, i.id LIMIT $limit
SET i.touched = $now // the lock
WITH i
WHERE i.due <= $now // once more under the lock
WITH i, CASE WHEN i.state IN ['sent', 'accepted'] THEN 'expires'
             WHEN i.state <> 'draft' AND i.fingerprint IS NOT NULL THEN 'empties' ELSE 'goes' END AS fate
FOREACH (_ IN CASE fate WHEN 'expires' THEN [1] ELSE [] END |
  SET i.state = 'expired', i.changed = $now, i.due = $now + $words,
      i.states = i.states + 'expired', i.times = i.times + $now, i.actors = i.actors + 'time'
  MERGE (m:Mail {id: i.id + '-expired'})
    ON CREATE SET m.kind = 'answer', m.state = 'pending', m.at = $now, m.due = $now, m.tries = 0
  MERGE (m)-[:ABOUT]->(i))
FOREACH (_ IN CASE fate WHEN 'empties' THEN [1] ELSE [] END |
  SET i.due = $now + $whole
  REMOVE i.note, i.text, i.reason, i.fingerprint, i.send_key)
REMOVE i.touched
WITH i, fate, CASE fate WHEN 'goes' THEN i END AS gone
OPTIONAL MATCH (gone)<-[:ABOUT]-(m:Mail)
WITH i, fate, gone, collect(m) AS mails
FOREACH (m IN mails | DETACH DELETE m)
FOREACH (x IN CASE WHEN gone IS NULL THEN [] ELSE [gone] END | DETACH DELETE x)
RETURN count(CASE fate WHEN 'expires' THEN 1 END) AS expired, count(CASE fate WHEN 'empties' THEN 1 END) AS emptied,
       count(CASE fate WHEN 'goes' THEN 1 END) AS deleted
