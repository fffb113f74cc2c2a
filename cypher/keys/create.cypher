// Keeps the digest of a new API key with its roles, for a colleague's address or for none.
// mode: write
// params: id, digest, address_key, roles, name, now, expires, address_print
// returns: id
MATCH (o:Settings {id: 'wkw'})
WHERE o.address_print = $address_print AND o.rotating IS NULL // the fence: other secrets make other keys
MERGE (k:Key {id: $id})
  ON CREATE SET k.digest = $digest, k.address_key = $address_key, k.roles = $roles, k.name = $name, k.created = $now,
                k.expires = $expires
RETURN k.id AS id
