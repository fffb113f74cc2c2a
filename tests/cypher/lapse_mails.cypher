// Ends the leases of all mails, as time does.
MATCH (m:Mail {state: 'leased'})
SET m.due = $now
RETURN count(m) AS mails
