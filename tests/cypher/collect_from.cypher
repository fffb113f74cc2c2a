// Sets from which moment on the interactions of an address may be collected.
// mode: write
// params: key, at
// returns: at
MATCH (a:Address {key: $key})
SET a.collect_from = $at
RETURN a.collect_from AS at
