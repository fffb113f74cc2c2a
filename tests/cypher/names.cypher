// What people are called and where they work, by address.
MATCH (a:Address)-[:OF]->(p:Person)
OPTIONAL MATCH (p)-[w:WORKS_AT]->(c:Company) WHERE w.until IS NULL
RETURN a.uri AS uri, p.name AS name, p.id AS id, labels(p) AS labels, c.name AS company
