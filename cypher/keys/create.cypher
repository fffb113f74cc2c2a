// Keeps the digest of a new API key for a colleague's address.
// mode: write
// params: id, digest, address_key, name, now, expires
// returns: id
MERGE (k:Key {id: $id})
  ON CREATE SET k.digest = $digest, k.address_key = $address_key, k.name = $name, k.created = $now, k.expires = $expires
RETURN k.id AS id
