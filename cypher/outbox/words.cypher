// Takes the asker's words from a bounded number of introductions that ended before a time.
// mode: write
// params: before, limit
// returns: introductions
MATCH (i:Introduction)
WHERE i.changed < $before AND i.state IN ['declined', 'expired', 'withdrawn', 'introduced']
  AND (i.note IS NOT NULL OR i.text IS NOT NULL)
WITH i LIMIT $limit
REMOVE i.note, i.text
RETURN count(i) AS introductions
