// Notes that sources are being read, so that answers say they are incomplete until it ended.
// mode: write
// params: sources, now
// returns: sources
UNWIND $sources AS name // sorted: a lock order
MERGE (s:Source {name: name})
SET s.reading = true, s.began = $now, s.error = null
RETURN count(s) AS sources
