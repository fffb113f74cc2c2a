// Lists the sources with what is known of their last reading.
// mode: read
// params: -
// returns: name, reading, began, ended, error
MATCH (s:Source)
WHERE s.name > '' // an index seek
RETURN s.name AS name, s.reading AS reading, s.began AS began, s.ended AS ended, s.error AS error
ORDER BY name LIMIT 1000
