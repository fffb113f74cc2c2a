// Gives the mails to a few people that colleagues sent in some days: when, and to whom.
// mode: read
// params: ids, day, until, widest, narrowest
// returns: people
UNWIND $ids AS id
MATCH (u:Person {id: id}) USING INDEX SEEK u:Person(id)
CALL (u) { // the edges of one mail run from one address at one instant and weigh the same
  MATCH (u)<-[:OF]-(a:Address)
  WITH u, a
  MATCH (a)-[i:INTERACTED]->(b:Address)
  WHERE $day <= i.day AND i.day < $until AND i.channel = 'email' AND $widest <= i.weight AND i.weight <= $narrowest
  WITH u, a, i, b
  MATCH (b)-[:OF]->(v:Person)
  WHERE v <> u
  WITH a, i.at AS at, i.weight AS weight, v
  WITH a, at, weight, head(COLLECT { MATCH (v)<-[:OF]-(b:Address) RETURN b.key ORDER BY b.key LIMIT 1 }) AS key
  WITH a, at, weight, collect(DISTINCT key) AS keys
  WHERE size(keys) > 1
  WITH at, keys ORDER BY at
  RETURN collect([at, keys]) AS messages
}
RETURN collect({id: u.id, messages: messages}) AS people
