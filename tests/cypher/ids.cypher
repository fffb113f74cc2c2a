// The ids of all colleagues, in order.
MATCH (c:Colleague)
RETURN c.id AS id ORDER BY id
