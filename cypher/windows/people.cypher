// Gives a page of the colleagues, in order of their ids.
// mode: read
// params: after, limit
// returns: people
CALL () {
  MATCH (c:Person) USING INDEX SEEK c:Person(id)
  WHERE c.id > $after AND c:Colleague
  WITH c ORDER BY c.id LIMIT $limit
  RETURN collect({
    id: c.id, from: c.from, until: c.until,
    key: head(COLLECT { MATCH (c)<-[:OF]-(a:Address) RETURN a.key ORDER BY a.key LIMIT 1 })
  }) AS people
}
RETURN people
