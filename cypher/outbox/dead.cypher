// Lists the mails that will not be sent any more, the newest first, without their people.
// mode: read
// params: limit
// returns: id, kind, reason, since, tries
MATCH (m:Mail {state: 'dead'})
RETURN m.id AS id, m.kind AS kind, m.reason AS reason, m.ended AS since, m.tries AS tries
ORDER BY since DESC, id LIMIT $limit
