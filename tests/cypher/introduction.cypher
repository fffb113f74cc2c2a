// Makes an introduction that was sent, or answered, and the mail about it that waits.
MATCH (asker:Address {key: $asker})
MATCH (via:Address {key: $via})
MATCH (target:Address {key: $target})
CREATE (i:Introduction {id: $id, state: $state, at: $now, changed: $now, expires: $now + 1209600000, setup: 0, language: 'en', purpose: 'lead_followup', note: $note, sent: $now, states: ['draft', 'sent'], times: [$now, $now], actors: ['asker', 'asker']})
CREATE (i)-[:ASKED_BY]->(asker)
CREATE (i)-[:VIA]->(via)
CREATE (i)-[:TO]->(target)
CREATE (m:Mail {id: 'mail-' + $id, kind: $kind, state: 'pending', at: $now, due: $now, tries: 0})-[:ABOUT]->(i)
RETURN m.id AS mail
