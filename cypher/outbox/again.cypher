// Lets a mail that is dead wait to be sent again; no row for any other.
// mode: write
// params: id, now
// returns: id
MATCH (m:Mail {id: $id}) USING INDEX SEEK m:Mail(id)
SET m.touched = $now // the lock of the mail
WITH m
WHERE m.state = 'dead'
SET m.state = 'pending', m.due = $now, m.since = $now, m.tries = 0
REMOVE m.ended, m.reason
RETURN m.id AS id
