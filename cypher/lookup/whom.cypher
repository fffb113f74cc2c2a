// Tells the id of the person whom an address key or an id names, whether or not they may be shown.
// mode: read
// params: target_key, target_id
// returns: id
OPTIONAL MATCH (a:Address {key: $target_key})-[:OF]->(p:Person) USING INDEX SEEK a:Address(key)
OPTIONAL MATCH (t:Person {id: $target_id}) USING INDEX SEEK t:Person(id)
RETURN coalesce(p.id, t.id) AS id
LIMIT 1
