// Gives the days on which colleagues had interactions, with how many, and the last day that folding took from them.
// mode: read
// params: ids
// returns: people
UNWIND $ids AS id
MATCH (u:Person {id: id}) USING INDEX SEEK u:Person(id)
CALL (u) {
  MATCH (u)<-[:OF]-(a:Address)
  WITH a
  MATCH (a)-[i:INTERACTED]-(:Address)
  WHERE i.weight > 0
  WITH i.day AS day, count(i) AS n ORDER BY day
  RETURN collect([day, n]) AS days
}
RETURN collect({
  id: u.id, days: days,
  folded: head(COLLECT { MATCH (u)<-[:OF]-(:Address)-[o:KEPT]-(:Address) RETURN o.last ORDER BY o.last DESC LIMIT 1 })
}) AS people
