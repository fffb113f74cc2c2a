// Writes strength, level and day onto all ties of some colleagues, and tells which ties changed their level.
// mode: write
// params: job, token, cursor, ttl, colleagues, day, f, s, k, strong, familiar
// returns: ties, moved
MATCH (j:Job {name: $job}) USING INDEX SEEK j:Job(name)
SET j.touched = timestamp() // the lock of the job
WITH j
WHERE j.token = $token AND j.until >= timestamp() // the fence: whoever lost the lease writes nothing
SET j.cursor = $cursor, j.until = timestamp() + $ttl
WITH j
CALL () {
  UNWIND $colleagues AS id // sorted
  MATCH (c:Person {id: id}) USING INDEX SEEK c:Person(id)
  SET c.seen = $day // the lock of the person: no ingest changes their ties meanwhile
  WITH collect(c) AS all
  UNWIND all AS c
  MATCH (c)-[k:KNOWS]->()
  WITH k, k.fast * $f + k.slow * $s AS sum
  WITH k, sum / (sum + $k) AS strength
  WITH k, strength, k.level AS was, k.strength AS before,
       CASE WHEN NOT k.two_way THEN 'one-way' WHEN strength >= $strong THEN 'strong'
            WHEN strength >= $familiar THEN 'familiar' ELSE 'weak' END AS level
  SET k.strength = strength, k.level = level, k.day = $day
  RETURN count(k) AS ties,
         collect(CASE WHEN was <> level THEN {
           colleague: startNode(k).id, person: endNode(k).id, was: was, level: level, before: before, strength: strength
         } END) AS moved
}
RETURN ties, moved
