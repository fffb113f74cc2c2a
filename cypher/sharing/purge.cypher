// Deletes a bounded number of the interactions of a person whose gate is closed, counted, and vetoes and introductions with their mails; no row where none is left.
// mode: write
// params: key, day, limit
// returns: deleted
MATCH (a:Address {key: $key, sharing: false}) USING INDEX SEEK a:Address(key)
OPTIONAL MATCH (a)-[:OF]->(:Person)<-[:OF]-(s:Address)
WITH a, collect(s) + [a] AS own
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
UNWIND own + others + named AS x
WITH DISTINCT a, own, others, asked, x ORDER BY x.key
SET x.seen = $day // the locks of the addresses, in the order of keys: whoever deletes an edge locks both its ends
WITH a, own, others, asked, count(x) AS locked // no DISTINCT, which goes on with the first of them
MATCH (still:Address {key: $key}) USING INDEX SEEK still:Address(key)
WHERE NOT still.sharing // once more under the locks: whoever is back meanwhile is not closed again
WITH a, own, others, asked
FOREACH (x IN own |
  SET x.sharing = false // also of one learned after the gates were closed
  REMOVE x.uri, x.source)
WITH a, own, others, asked
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
WITH a, deleted + introductions AS deleted, interactions
WHERE deleted > 0
SET a.interactions = coalesce(a.interactions, 0) + interactions // counted where it is deleted: whoever is killed counts right
RETURN deleted
