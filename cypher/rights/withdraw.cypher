// Deletes a request that nobody has approved, with what it hid and what it was written down for; no row where there is none.
// mode: write
// params: id
// returns: addresses
MATCH (r:Request {id: $id})
SET r.touched = true // the lock: of an approval and a withdrawal one comes first
WITH r
WHERE r.state = 'asked'
MATCH (r)-[:ABOUT]->(a:Address)
WITH r, a ORDER BY a.key
SET a.collect_from = a.collect_from // the locks of the addresses, in the order of keys
WITH r, collect(a) AS addresses
DETACH DELETE r
WITH addresses
CALL (addresses) { // unless somebody else objected too, they are there as before
  UNWIND addresses AS a
  WITH a
  WHERE NOT EXISTS { MATCH (a)<-[:ABOUT]-(other:Request) WHERE other.kind = 'objection' AND other.state = 'asked' }
  REMOVE a.objected
  WITH a
  WHERE a.sharing AND a.uri IS NULL AND a.collect_from = 0 AND NOT EXISTS { (a)--() }
  DELETE a
  RETURN count(*) AS unknown
}
RETURN size(addresses) AS addresses
