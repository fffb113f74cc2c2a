// Writes down the version that follows an expected one; no row where somebody else did before.
// mode: write
// params: expected, at, by, content, blind
// returns: version
OPTIONAL MATCH (f:Setup {version: $expected})
WITH count(f) AS former
WHERE former = 1 OR $expected = 0
MERGE (s:Setup {version: $expected + 1}) // by its constraint one of several makes it, and the others find it
  ON CREATE SET s.at = $at, s.by = $by, s.content = $content
WITH s
WHERE s.at = $at AND coalesce(s.by, '') = coalesce($by, '') AND s.content = $content // an attempt whose COMMIT was cut comes again
OPTIONAL MATCH (o:Settings {id: 'wkw'})
SET o.blind = $blind // where lookups see it
RETURN s.version AS version
