// Lists the API keys of the person behind an address key, newest first; digests stay inside.
// mode: read
// params: key
// returns: id, name, roles, created, expires, revoked
OPTIONAL MATCH (a:Address {key: $key})-[:OF]->(:Person)<-[:OF]-(own:Address) USING INDEX SEEK a:Address(key)
WITH collect(own.key) + [$key] AS own
MATCH (k:Key)
WHERE k.address_key IN own
RETURN k.id AS id, k.name AS name, k.roles AS roles, k.created AS created, k.expires AS expires, k.revoked AS revoked
ORDER BY created DESC, id LIMIT 10000
