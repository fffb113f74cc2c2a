// Deletes a bounded number of the interactions of a person whose gate is closed, counted, and vetoes; no row where none is left.
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
UNWIND own + others AS x
WITH DISTINCT a, own, others, x ORDER BY x.key
SET x.seen = $day // the locks of the addresses, in the order of keys: whoever deletes an edge locks both its ends
WITH a, own, others, count(x) AS locked // no DISTINCT, which goes on with the first of them
MATCH (still:Address {key: $key}) USING INDEX SEEK still:Address(key)
WHERE NOT still.sharing // once more under the locks: whoever is back meanwhile is not closed again
WITH a, own, others
FOREACH (x IN own |
  SET x.sharing = false // also of one learned after the gates were closed
  REMOVE x.uri, x.source)
WITH a, own, others
CALL (own, others) {
  UNWIND own AS x
  MATCH (x)-[i:INTERACTED|KEPT|VETOED]-(y:Address)
  WHERE y IN others
  WITH DISTINCT i, CASE WHEN type(i) <> 'VETOED' THEN 1 END AS counts LIMIT $limit
  DELETE i
  RETURN count(i) AS deleted, count(counts) AS interactions
}
WITH a, deleted, interactions
WHERE deleted > 0
SET a.interactions = coalesce(a.interactions, 0) + interactions // counted where it is deleted: whoever is killed counts right
RETURN deleted
