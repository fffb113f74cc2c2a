// Lists the migrations that this graph has seen, in order.
// mode: read
// params: -
// returns: version, name, checksum
MATCH (m:Migration)
RETURN m.version AS version, m.name AS name, m.checksum AS checksum
ORDER BY version
LIMIT 1000
