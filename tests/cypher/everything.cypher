// Every property of every node and edge, and every label and type; of edges also which nodes they join.
CALL () {
  MATCH (n)
  RETURN labels(n) AS what, properties(n) AS facts
  UNION ALL
  MATCH (a)-[r]->(b)
  RETURN [type(r), elementId(a), elementId(b)] AS what, properties(r) AS facts
}
RETURN what, facts
