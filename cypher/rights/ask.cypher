// Writes down what is asked for somebody, unless the same is open already; an objection hides them from then on.
// mode: write
// params: id, kind, keys, asker, now, day, address_print
// returns: id
MATCH (o:Settings {id: 'wkw'})
WHERE o.address_print = $address_print AND o.rotating IS NULL // the fence: other secrets make other keys
UNWIND $keys AS key // sorted: a lock order
MERGE (a:Address {key: key})
  ON CREATE SET a.sharing = true, a.collect_from = 0, a.seen = $day
SET a.collect_from = a.collect_from // the lock of the address
FOREACH (_ IN CASE $kind WHEN 'objection' THEN [1] ELSE [] END | SET a.objected = true)
WITH collect(a) AS addresses
WITH addresses, COLLECT {
  UNWIND addresses AS a
  MATCH (a)<-[:ABOUT]-(old:Request)
  WHERE old.kind = $kind AND old.state = 'asked'
  RETURN DISTINCT old.id AS id ORDER BY id LIMIT 1
}[0] AS held
MERGE (by:Address {key: $asker})
  ON CREATE SET by.sharing = true, by.collect_from = 0, by.seen = $day
MERGE (r:Request {id: coalesce(held, $id)})
  ON CREATE SET r.kind = $kind, r.state = 'asked', r.at = $now
FOREACH (_ IN CASE WHEN held IS NULL THEN [1] ELSE [] END | MERGE (r)-[:ASKED_BY]->(by))
FOREACH (a IN addresses | MERGE (r)-[:ABOUT]->(a))
RETURN r.id AS id
