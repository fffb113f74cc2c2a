// Deletes what is held of a colleague who left before a day, a bounded number of interactions; who they are stays, without a name.
// mode: write
// params: job, token, cursor, ttl, id, before, day, limit
// returns: deleted, interactions, ties
MATCH (j:Job {name: $job}) USING INDEX SEEK j:Job(name)
SET j.touched = timestamp() // the lock of the job
WITH j
WHERE j.token = $token AND j.until >= timestamp() // the fence: whoever lost the lease writes nothing
SET j.cursor = $cursor, j.until = timestamp() + $ttl
WITH j
CALL () {
  MATCH (p:Person {id: $id}) USING INDEX SEEK p:Person(id)
  WITH p, COLLECT { MATCH (p)<-[:OF]-(own:Address) RETURN own } AS own
  CALL (own) {
    UNWIND own AS x
    MATCH (x)-[:INTERACTED|KEPT|VETOED]-(y:Address)
    WITH y LIMIT $limit
    RETURN collect(DISTINCT y) AS others
  }
  CALL (own) {
    UNWIND own AS x
    MATCH (x)<-[:ASKED_BY|VIA|TO]-(i:Introduction)
    WITH DISTINCT i LIMIT $limit
    MATCH (i)-[:ASKED_BY|VIA|TO]->(y:Address)
    RETURN collect(DISTINCT i) AS asked, collect(DISTINCT y) AS named
  }
  CALL (own, others, named) {
    UNWIND own + others + named AS x
    WITH DISTINCT x ORDER BY x.key
    SET x.seen = $day // the locks of the addresses, in the order of keys
    RETURN count(x) AS addresses
  }
  WITH p, own, others, asked, COLLECT { MATCH (p)-[:KNOWS]-(v:Person) RETURN DISTINCT v } AS known
  CALL (p, known) {
    UNWIND known + [p] AS v
    WITH v ORDER BY v.id
    SET v.seen = $day // the locks of the persons, in the order of ids
    RETURN count(v) AS people
  }
  WITH p, own, others, asked, known
  WHERE p:Colleague AND p.until <= $before // under the locks: whoever has come back is no leaver
  FOREACH (x IN own |
    SET x.collect_from = 9007199254740992 // nothing is collected until a directory names a new term
    REMOVE x.uri, x.source)
  SET p.purged = $day, p.named_at = 9007199254740992 // no message tells a name either
  REMOVE p.name, p.folded_name, p.title, p.region, p.folded_region, p.department, p.language, p.noticed
  WITH p, own, others, asked, known
  CALL (own, asked) {
    UNWIND own AS x
    MATCH (x)<-[:ASKED_BY|VIA|TO]-(i:Introduction)
    WHERE i IN asked
    WITH DISTINCT i
    OPTIONAL MATCH (i)<-[:ABOUT]-(m:Mail)
    DETACH DELETE i, m
    RETURN count(DISTINCT i) AS introductions
  }
  CALL (own, others) {
    UNWIND own AS x
    MATCH (x)-[i:INTERACTED|KEPT|VETOED]-(y:Address)
    WHERE y IN others
    WITH DISTINCT i, CASE WHEN type(i) <> 'VETOED' THEN 1 END AS counts LIMIT $limit
    DELETE i
    RETURN count(i) AS deleted, count(counts) AS interactions
  }
  CALL (p, known) {
    MATCH (p)-[k:KNOWS]-(v:Person)
    WHERE v IN known
    DELETE k
    RETURN count(k) AS ties
  }
  CALL (p) {
    MATCH (p)-[w:WORKS_AT]->(:Company)
    DELETE w
    RETURN count(w) AS firms
  }
  RETURN sum(deleted + introductions) AS deleted, sum(interactions) AS interactions, sum(ties) AS ties
}
RETURN deleted, interactions, ties
