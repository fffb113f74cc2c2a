// Gives the other addresses of the person behind an address.
// mode: read
// params: key
// returns: uris
MATCH (x:Address {key: $key, sharing: true})-[:OF]->(:Person)<-[:OF]-(a:Address) USING INDEX SEEK x:Address(key)
RETURN collect(a.uri) AS uris
