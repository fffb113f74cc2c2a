// Deletes a bounded number of introductions that ended before a time, with their mails.
// mode: write
// params: before, limit
// returns: introductions
MATCH (i:Introduction)
WHERE i.changed < $before AND i.state IN ['declined', 'expired', 'withdrawn', 'introduced']
WITH i LIMIT $limit
OPTIONAL MATCH (i)<-[:ABOUT]-(m:Mail)
DETACH DELETE i, m
RETURN count(DISTINCT i) AS introductions
