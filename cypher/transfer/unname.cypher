// Takes the names from a bounded number of the nodes that came.
// mode: write
// params: limit
// returns: nodes
MATCH (n:Come)
WITH n LIMIT $limit
REMOVE n:Come, n.come
RETURN count(n) AS nodes
