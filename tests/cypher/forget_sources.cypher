// As if no source had been read.
MATCH (s:Settings)
SET s.sources = [], s.unfinished = []
