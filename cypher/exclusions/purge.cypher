// Deletes a bounded number of the interactions of an address that is nobody's, its introductions, and in the end the address.
// mode: write
// params: key, day, limit
// returns: deleted
MATCH (a:Address {key: $key, sharing: true}) USING INDEX SEEK a:Address(key)
SET a.seen = $day // the lock of the address
WITH a
WHERE NOT EXISTS { (a)-[:OF]->(:Person) }
CALL (a) {
  MATCH (a)-[i:INTERACTED|KEPT]-()
  WITH i LIMIT $limit
  DELETE i
  RETURN count(i) AS deleted
}
FOREACH (_ IN CASE WHEN deleted < $limit THEN [1] ELSE [] END | REMOVE a.uri, a.source)
WITH a, deleted
CALL (a, deleted) {
  MATCH (a)<-[:ASKED_BY|VIA|TO]-(i:Introduction)
  WHERE deleted < $limit
  WITH DISTINCT i
  OPTIONAL MATCH (i)<-[:ABOUT]-(m:Mail)
  DETACH DELETE i, m
  RETURN count(DISTINCT i) AS introductions
}
WITH a, deleted, EXISTS { (a)<-[:ABOUT|ASKED_BY|APPROVED_BY]-(:Request) } AS named // what was asked is still open, and by the same
FOREACH (_ IN CASE WHEN deleted < $limit AND NOT named THEN [1] ELSE [] END | DETACH DELETE a)
RETURN deleted
