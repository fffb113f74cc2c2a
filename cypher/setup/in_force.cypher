// Gives the newest version of what administrators decided, with who and when; no row where nobody has.
// mode: read
// params: -
// returns: version, at, by, content
MATCH (s:Setup)
WHERE s.version > 0 // an index seek
RETURN s.version AS version, s.at AS at, s.by AS by, s.content AS content
ORDER BY version DESC LIMIT 1
