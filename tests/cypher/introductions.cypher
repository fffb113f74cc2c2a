// Every introduction with its mails, the oldest first.
MATCH (i:Introduction)
RETURN properties(i) AS introduction, [(i)<-[:ABOUT]-(m:Mail) | m.id] AS mails
ORDER BY i.at, i.id
