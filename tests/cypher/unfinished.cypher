// Which sources are being read.
MATCH (s:Source {reading: true})
RETURN collect(s.name) AS unfinished
