// Gives a page of all people, in the order of ids, with their region; the keys of colleagues alone who are not off.
// mode: read
// params: after, limit
// returns: last, people
MATCH (p:Person) USING INDEX p:Person(id)
WHERE p.id > $after
WITH p ORDER BY p.id LIMIT $limit
RETURN max(p.id) AS last, collect(CASE WHEN p:Colleague THEN {
         id: p.id, region: p.region, keys: COLLECT { MATCH (p)<-[:OF]-(a:Address {sharing: true}) RETURN a.key ORDER BY a.key }
       } END) AS people
