// Deletes a bounded number of the interactions of a person whose gate is closed.
// mode: write
// params: key, day, limit
// returns: deleted
MATCH (a:Address {key: $key, sharing: false}) USING INDEX SEEK a:Address(key)
OPTIONAL MATCH (a)-[:OF]->(:Person)<-[:OF]-(s:Address)
WITH a, collect(s) AS others
UNWIND others + [a] AS x
WITH x ORDER BY x.key
SET x.seen = $day, x.sharing = false // also of one learned after the gates were closed
REMOVE x.uri
WITH collect(x) AS all
CALL (all) {
  UNWIND all AS x
  MATCH (x)-[i:INTERACTED|KEPT]-()
  WITH DISTINCT i LIMIT $limit
  DELETE i
  RETURN count(i) AS deleted
}
RETURN deleted
