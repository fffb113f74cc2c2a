// Lists the indexes that are not yet ready for use.
// mode: read
// params: -
// returns: name, state
SHOW INDEXES YIELD name, state
WHERE state <> 'ONLINE'
RETURN name, state
ORDER BY name
LIMIT 100
