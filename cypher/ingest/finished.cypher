// Notes that sources were read to their end.
// mode: write
// params: sources
// returns: sources
MATCH (s:Settings {id: 'wkw'})
SET s.touched = true // the lock
WITH s
SET s.sources = s.sources + [x IN $sources WHERE NOT x IN s.sources],
    s.unfinished = [x IN s.unfinished WHERE NOT x IN $sources]
RETURN s.sources AS sources
