// Locks the gates of the three people of a leased mail, and says to whom it may go; cancels it where one may not be shown any more, or it comes too late; no row without the lease.
// mode: write
// params: id, token, day, now
// returns: state, whole, to
MATCH (m:Mail {id: $id})-[:ABOUT]->(i:Introduction) USING INDEX SEEK m:Mail(id)
CALL (i) {
  MATCH (i)-[:ASKED_BY|VIA|TO]->(a:Address)
  OPTIONAL MATCH (a)-[:OF]->(:Person)<-[:OF]-(s:Address)
  UNWIND [a, s] AS x
  WITH DISTINCT x
  WHERE x IS NOT NULL
  WITH x ORDER BY x.key
  SET x.seen = $day // the locks of the addresses, in the order of keys: no gate closes as long as they are held
  RETURN collect(x.key) AS locked
}
SET i.touched = $now, m.touched = $now // the locks of the request and of its mail: neither is answered or withdrawn meanwhile
WITH m, i, locked
WHERE m.state = 'leased' AND m.token = $token // the fence: whoever lost the lease sends nothing
OPTIONAL MATCH (i)-[:ASKED_BY]->(:Address)-[:OF]->(asker:Colleague) WHERE asker.from <= $day AND $day < asker.until
OPTIONAL MATCH (i)-[:VIA]->(:Address)-[:OF]->(introducer:Colleague) WHERE introducer.from <= $day AND $day < introducer.until
OPTIONAL MATCH (i)-[:TO]->(:Address)-[:OF]->(target:Contact) WHERE NOT coalesce(target:Colleague AND target.from <= $day, false)
WITH m, i, locked, introducer, target, [asker, introducer, target] AS people, CASE m.kind WHEN 'request' THEN introducer ELSE asker END AS reader
WITH m, i, locked, people, reader,
     COLLECT { UNWIND people AS p MATCH (p)<-[:OF]-(gate:Address) RETURN DISTINCT gate.key AS key ORDER BY key } AS gates,
     COLLECT {
       UNWIND people AS p
       MATCH (p)<-[:OF]-(gate:Address)
       RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2
     } = [true] AND none(p IN people WHERE p IS NULL) AS shown,
     EXISTS { (target)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(introducer) } AS vetoed
WITH m, locked, gates, reader, shown AND CASE m.kind
       WHEN 'request' THEN i.state = 'sent' AND NOT vetoed
       ELSE i.state IN ['accepted', 'declined', 'expired']
     END AS fits
FOREACH (_ IN CASE WHEN fits THEN [] ELSE [1] END |
  SET m.state = 'cancelled', m.ended = $now
  REMOVE m.due, m.token)
RETURN m.state AS state, gates = locked AS whole, // whether nobody has an address that is not locked
       COLLECT {
         MATCH (reader)<-[:OF]-(x:Address) WHERE x.uri STARTS WITH 'mailto:'
         RETURN substring(x.uri, 7) AS address ORDER BY address LIMIT 1
       }[0] AS to
