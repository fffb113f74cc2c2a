// All nodes but those that `wipe` leaves, and all edges.
MATCH (n)
WHERE NOT n:Migration AND NOT n:Settings AND NOT n:Job
WITH collect({name: elementId(n), labels: labels(n), properties: properties(n)}) AS nodes
MATCH (a)-[r]->(b)
RETURN nodes, collect({ends: [elementId(a), elementId(b)], type: type(r), properties: properties(r)}) AS edges
