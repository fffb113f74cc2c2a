// Revokes an API key for good; a second time changes nothing.
// mode: write
// params: id, now
// returns: revoked
MATCH (k:Key {id: $id}) USING INDEX SEEK k:Key(id)
SET k.revoked = coalesce(k.revoked, $now)
RETURN k.revoked AS revoked
