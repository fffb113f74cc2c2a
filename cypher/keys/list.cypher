// Lists API keys, newest first; digests stay inside.
// mode: read
// params: limit
// returns: id, name, roles, created, expires, revoked
MATCH (k:Key)
RETURN k.id AS id, k.name AS name, k.roles AS roles, k.created AS created, k.expires AS expires, k.revoked AS revoked
ORDER BY created DESC, id
LIMIT $limit
