// Which sources are being read.
// mode: read
// params: -
// returns: unfinished
MATCH (s:Settings)
RETURN s.unfinished AS unfinished
