// Gives people in the order of their ids with what tells who they may be: name, open company, addresses; none who opted out.
// mode: read
// params: after, limit
// returns: last, people
MATCH (p:Person) USING INDEX p:Person(id)
WHERE p.id > $after
WITH p ORDER BY p.id LIMIT $limit
WITH p, p.folded_name IS NOT NULL AND NOT EXISTS { (p)<-[:OF]-(:Address {sharing: false}) } AS shown
RETURN max(p.id) AS last, collect(CASE WHEN shown THEN {
         id: p.id, name: p.name, folded_name: p.folded_name, colleague: p:Colleague,
         company: head(COLLECT { MATCH (p)-[w:WORKS_AT]->(c:Company) WHERE w.until IS NULL RETURN c.name ORDER BY c.name LIMIT 1 }),
         firm: head(COLLECT { MATCH (p)-[w:WORKS_AT]->(c:Company) WHERE w.until IS NULL RETURN c.id ORDER BY c.name LIMIT 1 }),
         uris: COLLECT { MATCH (p)<-[:OF]-(a:Address) RETURN a.uri ORDER BY a.uri }
       } END) AS people
