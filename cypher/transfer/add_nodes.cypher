// Stores nodes that came.
// mode: write
// params: rows
// returns: nodes
UNWIND $rows AS row
CREATE (n:$(row.labels))
SET n = row.properties
SET n:Come, n.come = row.name
RETURN count(n) AS nodes
