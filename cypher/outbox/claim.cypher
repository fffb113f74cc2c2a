// Leases the first mail that is due, which one is too whose lease is over; no row where none is. A new token shuts the last one out.
// mode: write
// params: now, until, token
// returns: id, kind, at, tries
MATCH (m:Mail) USING INDEX m:Mail(due)
WHERE m.due <= $now
WITH m.id AS id, m.due AS due ORDER BY due, id LIMIT 10 // as many senders may look at once
MATCH (m:Mail {id: id}) USING INDEX SEEK m:Mail(id)
SET m.touched = $now // the locks of the mails, in the order in which they are due
WITH collect(id) AS ids
UNWIND ids AS id
MATCH (m:Mail {id: id}) USING INDEX SEEK m:Mail(id) // read once more under the locks
WHERE m.due <= $now
WITH m ORDER BY m.due, m.id LIMIT 1
SET m.state = 'leased', m.due = $until, m.token = $token
RETURN m.id AS id, m.kind AS kind, coalesce(m.since, m.at) AS at, m.tries AS tries
