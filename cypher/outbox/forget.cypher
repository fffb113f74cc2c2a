// Deletes a bounded number of the mails that ended before a time.
// mode: write
// params: before, limit
// returns: mails
MATCH (m:Mail)
WHERE m.ended < $before
WITH m LIMIT $limit
DETACH DELETE m
RETURN count(*) AS mails
