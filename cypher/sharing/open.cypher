// Carries out a row of the ledger: opens some addresses for what happens from then on; no row where it is not its turn.
// mode: write
// params: n, seal, keys, at, day, address_print
// returns: addresses
MATCH (o:Settings {id: 'wkw'})
SET o.touched = true // the lock: decisions take effect one after the other
WITH o
WHERE coalesce(o.ledger, 0) = $n - 1
  AND o.address_print = $address_print AND o.rotating IS NULL // the fence: other secrets make other keys
SET o.ledger = $n, o.seal = $seal
WITH o
UNWIND $keys AS key // sorted: a lock order
MERGE (a:Address {key: key})
  ON CREATE SET a.collect_from = 0
SET a.seen = $day, a.sharing = true
SET a.collect_from = CASE WHEN a.collect_from > $at AND a.collect_from < 9007199254740992 THEN a.collect_from ELSE $at END
RETURN count(a) AS addresses
