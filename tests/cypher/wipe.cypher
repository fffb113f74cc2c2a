// Empties the graph but for its schema and whose it is.
MATCH (n)
WHERE NOT n:Migration AND NOT n:Settings AND NOT n:Job
DETACH DELETE n
