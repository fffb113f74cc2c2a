// Tells how many records were excluded, by reason, and when the last one was.
// mode: read
// params: -
// returns: reason, records, last
MATCH (n:Excluded)
WHERE n.reason > '' // an index seek
RETURN n.reason AS reason, n.records AS records, n.last AS last
ORDER BY records DESC, reason LIMIT 10000
