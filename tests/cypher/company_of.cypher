// The companies of the person behind an address, as they are now.
MATCH (:Address {key: $key})-[:OF]->(:Person)-[w:WORKS_AT]->(c:Company)
WHERE w.until IS NULL
RETURN c.name AS company ORDER BY company
