// Who works or worked where, by each of their addresses, with all domains of the company.
MATCH (a:Address)-[:OF]->(:Person)-[w:WORKS_AT]->(c:Company)
RETURN a.uri AS uri, c.id AS id, c.name AS company, w.from AS from, w.until AS until,
       COLLECT { MATCH (c)<-[:OF]-(d:Domain) RETURN d.name ORDER BY d.name } AS domains
