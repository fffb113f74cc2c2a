// How many interactions are in the graph.
// mode: read
// params: -
// returns: size
MATCH ()-[i:INTERACTED]->()
RETURN count(i) AS size
