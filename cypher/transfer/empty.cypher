// Deletes the nodes that migrations made, which are among those that come.
// mode: write
// params: -
// returns: nodes
MATCH (n:Migration|Settings|Job)
DELETE n
RETURN count(n) AS nodes
