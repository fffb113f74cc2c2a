// Approves a request that waits for it; no row where it does not any more.
// mode: write
// params: id, approver, now, day, address_print
// returns: id
MATCH (o:Settings {id: 'wkw'})
WHERE o.address_print = $address_print AND o.rotating IS NULL // the fence: other secrets make other keys
MATCH (r:Request {id: $id})
SET r.touched = true // the lock: of an approval and a withdrawal one comes first
WITH r
WHERE r.state = 'asked'
SET r.state = 'approved', r.decided = $now
MERGE (by:Address {key: $approver})
  ON CREATE SET by.sharing = true, by.collect_from = 0, by.seen = $day
MERGE (r)-[:APPROVED_BY]->(by)
RETURN r.id AS id
