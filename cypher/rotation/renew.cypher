// Puts new keys in the place of old ones, with a mark in front; no row where it is not this rotation's turn.
// mode: write
// params: old, new, pairs
// returns: keys
MATCH (o:Settings {id: 'wkw'})
SET o.touched = true // the lock: of two who rotate one comes after the other
WITH o
WHERE o.address_print = $old AND o.rotating = $new
UNWIND $pairs AS x // sorted by the old key: a lock order
CALL (x) {
  MATCH (a:Address {key: x.old}) USING INDEX SEEK a:Address(key)
  SET a.key = '~' + x.new
  RETURN count(a) AS addresses
}
CALL (x) {
  MATCH (r:Exclusion {rule: 'address:' + x.old}) USING INDEX SEEK r:Exclusion(rule)
  SET r.rule = 'address:~' + x.new, r.value = '~' + x.new
  RETURN count(r) AS rules
}
CALL (x) { // by the first digits records are counted that a rule excluded
  MATCH (n:Excluded {reason: 'address ' + left(x.old, 8)}) USING INDEX SEEK n:Excluded(reason)
  SET n.reason = 'address ' + left(x.new, 8)
  RETURN count(n) AS counts
}
CALL (x) {
  MATCH (k:Key)
  WHERE k.address_key = x.old
  SET k.address_key = '~' + x.new
  RETURN count(k) AS opened
}
RETURN count(x) AS keys
