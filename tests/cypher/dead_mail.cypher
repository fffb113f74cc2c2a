// Mails that could not be delivered, and one that was.
UNWIND range(0, $mails) AS n
CREATE (:Mail {id: 'mail ' + n, state: CASE WHEN n = 0 THEN 'sent' ELSE 'dead' END, kind: 'request', ended: n, tries: 1, reason: 'smtp_550'})
