// Carries out a row of the ledger: closes some addresses, and every other of the same persons; no row where it is not its turn.
// mode: write
// params: n, seal, keys, day, address_print
// returns: addresses
MATCH (o:Settings {id: 'wkw'})
SET o.touched = true // the lock: decisions take effect one after the other
WITH o
WHERE coalesce(o.ledger, 0) = $n - 1
  AND o.address_print = $address_print AND o.rotating IS NULL // the fence: other secrets make other keys
SET o.ledger = $n, o.seal = $seal
WITH o
UNWIND $keys AS key
MERGE (a:Address {key: key})
  ON CREATE SET a.sharing = false, a.collect_from = 0
WITH collect(a) AS named
CALL (named) {
  UNWIND named AS a
  MATCH (a)-[:OF]->(:Person)<-[:OF]-(s:Address)
  RETURN collect(s) AS others
}
UNWIND named + others AS x
WITH DISTINCT x ORDER BY x.key
SET x.seen = $day // the locks of the addresses, in the order of keys
WITH collect(x) AS all
UNWIND all AS x
OPTIONAL MATCH (x)-[:OF]->(p:Person)
WITH x, p ORDER BY p.id
SET p.seen = $day // the locks of the persons, in the order of ids
SET x.sharing = false
REMOVE x.uri, x.source, x.objected, p.name, p.folded_name, p.named_at, p.title, p.region, p.folded_region, p.department, p.language, p.noticed
RETURN count(DISTINCT x) AS addresses
