// Gives address keys that are not made anew yet, in order, those of addresses before those of rules and of API keys.
// mode: read
// params: limit
// returns: keys
CALL () {
  MATCH (a:Address)
  WHERE a.key < '~' // a new one begins with it, until all are new
  WITH a ORDER BY a.key LIMIT $limit
  RETURN a.key AS key
  UNION
  MATCH (x:Exclusion)
  WHERE 'address:' < x.rule < 'address:~'
  WITH x ORDER BY x.rule LIMIT $limit
  RETURN x.value AS key
  UNION
  MATCH (k:Key)
  WHERE k.address_key < '~'
  RETURN DISTINCT k.address_key AS key ORDER BY key LIMIT 10000
}
RETURN collect(key) AS keys
