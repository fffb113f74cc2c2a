// Finds an API key by its id, with what decides whether it still opens anything.
// mode: read
// params: id, day
// returns: digest, address_key, roles, expires, revoked, sharing, colleague
MATCH (k:Key {id: $id}) USING INDEX SEEK k:Key(id)
OPTIONAL MATCH (a:Address {key: k.address_key}) USING INDEX SEEK a:Address(key)
OPTIONAL MATCH (a)-[:OF]->(p:Person)
RETURN k.digest AS digest, k.address_key AS address_key, k.roles AS roles, k.expires AS expires,
       k.revoked AS revoked, a.sharing AS sharing, p:Colleague AND p.from <= $day AND $day < p.until AS colleague
LIMIT 1
