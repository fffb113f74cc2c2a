// Makes a draft between three people who may be shown, once for each id; no row where one of them may not be, or keeps it to themself.
// mode: write
// params: id, asker_key, introducer, target, day, now, due, setup, purpose, note, fingerprint
// returns: id, fingerprint
MATCH (mine:Address {key: $asker_key})-[:OF]->(me:Colleague) USING INDEX SEEK mine:Address(key)
MATCH (c:Person {id: $introducer}) USING INDEX SEEK c:Person(id)
MATCH (t:Person {id: $target}) USING INDEX SEEK t:Person(id)
CALL (me, c, t) {
  UNWIND [me, c, t] AS p
  MATCH (p)<-[:OF]-(x:Address)
  WITH x ORDER BY x.key
  SET x.seen = $day // the locks of the addresses, in the order of keys: whoever opts out later finds the draft
  RETURN count(x) AS addresses
}
WITH mine, me, c, t
WHERE all(p IN [me, c] WHERE p:Colleague AND p.from <= $day AND $day < p.until) AND me <> c
  AND all(p IN [me, c, t] WHERE
    COLLECT { MATCH (p)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true])
  AND EXISTS { (t)<-[:KNOWS]-(c) }
  AND NOT EXISTS { (t)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(c) }
CALL (c, t) {
  MATCH (c)<-[:OF]-(via:Address) WHERE via.uri STARTS WITH 'mailto:'
  MATCH (t)<-[:OF]-(whom:Address)
  RETURN via, whom ORDER BY via.uri, whom.key LIMIT 1
}
MERGE (i:Introduction {id: $id})
  ON CREATE SET i.fresh = true
FOREACH (_ IN CASE WHEN i.fresh THEN [1] ELSE [] END |
  SET i.fingerprint = $fingerprint, i.setup = $setup, i.purpose = $purpose, i.note = $note, i.state = 'draft',
      i.at = $now, i.changed = $now, i.due = $due, i.states = ['draft'], i.times = [$now], i.actors = ['asker']
  CREATE (i)-[:ASKED_BY]->(mine)
  CREATE (i)-[:VIA]->(via)
  CREATE (i)-[:TO]->(whom))
REMOVE i.fresh
RETURN i.id AS id, i.fingerprint AS fingerprint
