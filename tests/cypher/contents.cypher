// Every node by its labels and properties, and every edge by its type, its properties and those of its ends.
CALL () {
  MATCH (n)
  RETURN labels(n) AS what, [properties(n)] AS facts
  UNION ALL
  MATCH (a)-[r]->(b)
  RETURN [type(r)] AS what, [properties(r), properties(a), properties(b)] AS facts
}
RETURN what, facts
