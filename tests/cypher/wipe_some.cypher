// Deletes a bounded part of the graph but for its schema.
MATCH (n)
WHERE NOT n:Migration AND NOT n:Settings AND NOT n:Job
WITH n LIMIT 5000
DETACH DELETE n
RETURN count(n) AS deleted
