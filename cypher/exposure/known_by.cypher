// Lists the colleagues who have a tie to the person behind an address key, in the order of their ids, those after one.
// mode: read
// params: key, after, limit
// returns: id, name, days
MATCH (a:Address {key: $key})-[:OF]->(c:Person) USING INDEX SEEK a:Address(key)
WHERE COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AS open ORDER BY open LIMIT 2 } = [true]
MATCH (c)<-[k:KNOWS]-(o:Colleague)
WHERE o.id > $after AND COLLECT { MATCH (o)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
RETURN o.id AS id, o.name AS name, k.days AS days
ORDER BY id
LIMIT $limit
