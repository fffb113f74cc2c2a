// Forgets that any migration was applied, and whose graph it is.
MATCH (n)
WHERE n:Migration OR n:Settings
DETACH DELETE n
