// Tells how many mails wait, the leased ones too, and when the first of them is due.
// mode: read
// params: -
// returns: mails, due
MATCH (m:Mail)
WHERE m.due > 0 // an index seek: only mails that wait are due
RETURN count(m) AS mails, min(m.due) AS due
