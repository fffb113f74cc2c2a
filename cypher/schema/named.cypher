// Lists the names of all constraints and indexes.
// mode: read
// params: -
// returns: name
SHOW INDEXES YIELD name
RETURN name
ORDER BY name
LIMIT 1000
