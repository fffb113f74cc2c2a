// Tells with whom colleagues had contact in some days: at all, directly, and whom they wrote or called directly.
// mode: read
// params: ids, day, until, small_mail, small_meeting
// returns: people
UNWIND $ids AS id
MATCH (u:Person {id: id}) USING INDEX SEEK u:Person(id)
CALL (u) {
  MATCH (u)<-[:OF]-(a:Address)
  WITH a
  MATCH (a)-[i:INTERACTED]-(b:Address)
  WHERE $day <= i.day AND i.day < $until AND i.weight > 0
  WITH a, i, b
  MATCH (b)-[:OF]->(v:Person)
  WITH v, i.weight >= CASE i.channel WHEN 'email' THEN $small_mail ELSE $small_meeting END AS direct,
       startNode(i) = a AND (i.channel = 'email' OR (i.channel = 'call' AND i.placed)) AS out
  WITH v, max(direct) AS direct, max(direct AND out) AS sent
  WITH head(COLLECT { MATCH (v)<-[:OF]-(b:Address) RETURN b.key ORDER BY b.key LIMIT 1 }) AS key, direct, sent ORDER BY key
  RETURN collect(key) AS any, collect(CASE WHEN direct THEN key END) AS direct, collect(CASE WHEN sent THEN key END) AS sent
}
RETURN collect({id: u.id, any: any, direct: direct, sent: sent}) AS people
