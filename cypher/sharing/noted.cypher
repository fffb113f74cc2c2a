// Carries out a row of the ledger that says how a purge ended, after which nothing has to be counted; no row where it is not its turn.
// mode: write
// params: n, seal, keys, address_print
// returns: n
MATCH (o:Settings {id: 'wkw'})
SET o.touched = true // the lock: decisions take effect one after the other
WITH o
WHERE coalesce(o.ledger, 0) = $n - 1
  AND o.address_print = $address_print AND o.rotating IS NULL // the fence: other secrets make other keys
SET o.ledger = $n, o.seal = $seal
WITH o
CALL () {
  UNWIND $keys AS key // sorted: a lock order
  MATCH (a:Address {key: key}) USING INDEX SEEK a:Address(key)
  REMOVE a.interactions, a.ties, a.people
  RETURN count(a) AS addresses
}
RETURN o.ledger AS n
