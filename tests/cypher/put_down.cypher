// Puts down the nodes of a photograph, and edges between them by the places of their ends.
UNWIND $nodes AS node
CREATE (n:$(node.labels))
SET n = node.properties
WITH collect(n) AS made
UNWIND $edges AS edge
WITH edge, made[edge.ends[0]] AS a, made[edge.ends[1]] AS b
CREATE (a)-[r:$(edge.type)]->(b)
SET r = edge.properties
