// Gives one version of what administrators decided, with who and when.
// mode: read
// params: number
// returns: version, at, by, content
MATCH (s:Setup {version: $number}) USING INDEX SEEK s:Setup(version)
RETURN s.version AS version, s.at AS at, s.by AS by, s.content AS content
LIMIT 1
