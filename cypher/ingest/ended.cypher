// Notes that sources were read to their end, or what kept them from it.
// mode: write
// params: sources, now, error
// returns: sources
UNWIND $sources AS name // sorted: a lock order
MATCH (s:Source {name: name}) USING INDEX SEEK s:Source(name)
SET s.reading = false, s.error = $error, s.ended = CASE WHEN $error IS NULL THEN $now ELSE s.ended END
RETURN count(s) AS sources
