// Lists the colleagues who have a tie to the person behind an address key, in the order of their ids, those after one.
// mode: read
// params: key, after, limit
// returns: id, name, days
MATCH (a:Address {key: $key})-[:OF]->(c:Person) USING INDEX SEEK a:Address(key)
WHERE NOT EXISTS { (c)<-[:OF]-(:Address {sharing: false}) }
MATCH (c)<-[k:KNOWS]-(o:Colleague)
WHERE o.id > $after AND NOT EXISTS { (o)<-[:OF]-(:Address {sharing: false}) }
RETURN o.id AS id, o.name AS name, k.days AS days
ORDER BY id
LIMIT $limit
