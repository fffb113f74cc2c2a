// Takes the lock of a person; the transaction that runs it holds the lock until it ends.
// mode: write
// params: id
// returns: id
MATCH (p:Person {id: $id})
SET p.seen = 0
RETURN p.id AS id
