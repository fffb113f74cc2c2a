// Stores edges that came.
// mode: write
// params: rows
// returns: edges
UNWIND $rows AS row
MATCH (a:Come {come: row.source})
MATCH (b:Come {come: row.target})
CREATE (a)-[r:$(row.type)]->(b)
SET r = row.properties
RETURN count(r) AS edges
