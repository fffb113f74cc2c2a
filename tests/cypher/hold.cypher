// Takes the lock of an address; the transaction that runs it holds the lock until it ends.
// mode: write
// params: key
// returns: key
MERGE (a:Address {key: $key})
  ON CREATE SET a.sharing = true, a.collect_from = 0
SET a.seen = 0
RETURN a.key AS key
