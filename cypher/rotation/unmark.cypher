// Takes the mark from a bounded number of new keys, and names what was folded between two addresses by their new keys.
// mode: write
// params: new, limit
// returns: keys
MATCH (o:Settings {id: 'wkw'})
SET o.touched = true // the lock
WITH o
WHERE o.address_print = $new AND o.rotating = $new
CALL () {
  MATCH (a:Address)
  WHERE a.key STARTS WITH '~'
  WITH a ORDER BY a.key LIMIT $limit
  SET a.key = substring(a.key, 1)
  WITH a
  CALL (a) {
    MATCH (a)-[k:KEPT]-()
    SET k.pair = startNode(k).key + endNode(k).key // the last of the two to lose its mark makes it whole
    RETURN count(k) AS kept
  }
  RETURN count(a) AS addresses
}
CALL () {
  MATCH (r:Exclusion)
  WHERE r.rule STARTS WITH 'address:~'
  WITH r, substring(r.value, 1) AS key ORDER BY key LIMIT $limit
  SET r.value = key, r.rule = 'address:' + key
  RETURN count(r) AS rules
}
CALL () {
  MATCH (k:Key)
  WHERE k.address_key STARTS WITH '~'
  SET k.address_key = substring(k.address_key, 1)
  RETURN count(k) AS opened
}
RETURN addresses + rules + opened AS keys
