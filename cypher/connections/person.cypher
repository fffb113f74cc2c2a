// Tells who is behind an address key, and whether their sharing is on.
// mode: read
// params: key
// returns: id, name, title, sharing
MATCH (a:Address {key: $key}) USING INDEX SEEK a:Address(key)
OPTIONAL MATCH (a)-[:OF]->(p:Person)
RETURN p.id AS id, p.name AS name, p.title AS title,
       a.sharing AND NOT EXISTS { (p)<-[:OF]-(:Address {sharing: false}) } AS sharing
LIMIT 1
