// Looks at people in the order of their ids, and gives the colleagues among them with how much each has.
// mode: read
// params: after, limit
// returns: last, colleagues
MATCH (c:Person) USING INDEX c:Person(id)
WHERE c.id > $after
WITH c ORDER BY c.id LIMIT $limit
RETURN max(c.id) AS last, collect(CASE WHEN c:Colleague THEN {
         id: c.id, ties: COUNT { (c)-[:KNOWS]->() }, interactions: COUNT { (c)<-[:OF]-(:Address)-[:INTERACTED]-() }
       } END) AS colleagues
