// Gives a page of all people, in the order of ids, with what rules about groups look at; the key of colleagues alone who are not off.
// mode: read
// params: after, limit
// returns: id, key, department, region, title
MATCH (p:Person) USING INDEX p:Person(id)
WHERE p.id > $after
WITH p ORDER BY p.id LIMIT $limit
OPTIONAL MATCH (p)<-[:OF]-(a:Address {sharing: true})
WHERE p:Colleague
WITH p, min(a.key) AS key
RETURN p.id AS id, key, p.department AS department, p.region AS region, p.title AS title
ORDER BY id LIMIT 100000
