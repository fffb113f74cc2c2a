// Deletes every introduction with its mails.
MATCH (n)
WHERE n:Introduction OR n:Mail
DETACH DELETE n
