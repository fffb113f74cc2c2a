// Tells whether a directory has listed anybody; no row where none has.
// mode: read
// params: -
// returns: listed
MATCH (p:Person)
WHERE p.id > '' AND p.listed IS NOT NULL // an index seek
RETURN true AS listed
ORDER BY p.id
LIMIT 1
