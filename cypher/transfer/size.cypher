// Counts all nodes and all edges.
// mode: read
// params: -
// returns: nodes, edges
CALL () {
  MATCH (n)
  RETURN count(n) AS nodes
}
CALL () {
  MATCH ()-[r]->()
  RETURN count(r) AS edges
}
RETURN nodes, edges
