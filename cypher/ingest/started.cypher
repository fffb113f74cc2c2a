// Notes that sources are being read, so that answers say they are incomplete until it ended.
// mode: write
// params: sources
// returns: unfinished
MATCH (s:Settings {id: 'wkw'})
SET s.touched = true // the lock
WITH s
SET s.unfinished = s.unfinished + [x IN $sources WHERE NOT x IN s.unfinished]
RETURN s.unfinished AS unfinished
