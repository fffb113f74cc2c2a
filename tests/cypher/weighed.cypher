// What reweighting wrote, by the ids of both people.
MATCH (c:Person)-[k:KNOWS]->(p:Person)
RETURN c.id AS from, p.id AS to, k.strength AS strength
