// The bare form to compare with: the same ties under the same constraint, their sums known beforehand.
UNWIND $rows AS r
MATCH (c:Person {id: r.colleague})
MATCH (p:Person {id: r.person})
CREATE (c)-[k:KNOWS]->(p)
SET k = r.tie
