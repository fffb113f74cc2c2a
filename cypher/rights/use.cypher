// Notes that a link was used; no row where it had been used before. What is over is forgotten.
// mode: write
// params: id, until, now
// returns: id
MERGE (l:Link {id: $id})
  ON CREATE SET l.until = $until, l.fresh = true
WITH l, l.fresh AS fresh
REMOVE l.fresh // of two at once the second finds it used
WITH l, fresh
CALL () {
  MATCH (old:Link)
  WHERE old.until < $now
  WITH old LIMIT 1000
  DELETE old
  RETURN count(*) AS forgotten
}
WITH l, fresh
WHERE fresh
RETURN l.id AS id
