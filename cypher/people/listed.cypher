// Counts, among people in the order of their ids, those that the directory has listed: colleagues and others.
// mode: read
// params: after, limit
// returns: last, colleagues, others
MATCH (p:Person) USING INDEX p:Person(id)
WHERE p.id > $after
WITH p ORDER BY p.id LIMIT $limit
RETURN max(p.id) AS last, count(CASE WHEN p.listed IS NOT NULL AND p:Colleague THEN 1 END) AS colleagues,
       count(CASE WHEN p.listed IS NOT NULL AND NOT p:Colleague THEN 1 END) AS others
