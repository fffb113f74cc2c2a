// Writes down what became of a leased mail: it waits until it is due again, or has ended; no row where the lease is lost.
// mode: write
// params: id, token, state, due, ended, reason, tried
// returns: id
MATCH (m:Mail {id: $id}) USING INDEX SEEK m:Mail(id)
SET m.tries = m.tries // the lock of the mail
WITH m
WHERE m.state = 'leased' AND m.token = $token // the fence: whoever lost the lease writes nothing
SET m.tries = m.tries + $tried, m.state = $state, m.due = $due, m.ended = $ended, m.reason = $reason
REMOVE m.token
RETURN m.id AS id
