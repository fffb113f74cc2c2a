// Every property of every node and edge, and every label and type.
CALL () {
  MATCH (n)
  RETURN labels(n) AS what, properties(n) AS facts
  UNION ALL
  MATCH ()-[r]->()
  RETURN [type(r)] AS what, properties(r) AS facts
}
RETURN what, facts
