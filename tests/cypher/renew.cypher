// As if no source had been read, no job had run and the formula had never been changed.
MATCH (s:Settings)
SET s.no_companies = null, s.policy = null, s.evidence_region = null, s.ledger = null, s.seal = null, s.rotating = null, s.blind = null, s.formula = 'WKW-2', s.changing = false, s.email = 1.0, s.meeting = 3.0, s.call = 2.0
WITH s
MATCH (j:Job)
SET j = {name: j.name, token: j.token, until: 0, cursor: '', changed: 0}
