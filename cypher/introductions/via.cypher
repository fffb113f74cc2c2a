// Gives the address key of whom an introduction asks; no row where there is none, or it was never sent.
// mode: read
// params: id
// returns: key
MATCH (i:Introduction {id: $id})-[:VIA]->(a:Address) USING INDEX SEEK i:Introduction(id)
WHERE i.sent IS NOT NULL
RETURN a.key AS key
LIMIT 1
