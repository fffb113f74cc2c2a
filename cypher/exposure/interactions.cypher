// Lists the interactions of the person behind an address key, oldest first, those after a place in that order.
// mode: read
// params: key, after_at, after, limit
// returns: id, at, day, channel, weight, tier, source, rev, placed, sent, address, name, company, regions
MATCH (a:Address {key: $key})-[:OF]->(c:Person) USING INDEX SEEK a:Address(key)
WHERE COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AS open ORDER BY open LIMIT 2 } = [true]
MATCH (c)<-[:OF]-(own:Address)
MATCH (own)-[i:INTERACTED]-(other:Address)
WHERE i.at > $after_at OR (i.at = $after_at AND i.id > $after)
MATCH (other)-[:OF]->(p:Person)
WHERE (p <> c OR startNode(i) = own) // what one's own addresses had with each other is met from both ends
  AND COLLECT { MATCH (p)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
WITH c, own, i, p ORDER BY i.at, i.id LIMIT $limit
RETURN i.id AS id, i.at AS at, i.day AS day, i.channel AS channel, i.weight AS weight, i.tier AS tier, i.source AS source, i.rev AS rev,
       i.placed AS placed, startNode(i) = own AS sent, own.uri AS address, p.name AS name,
       COLLECT { MATCH (p)-[w:WORKS_AT]->(firm:Company) WHERE w.until IS NULL RETURN firm.name ORDER BY firm.id LIMIT 1 }[0] AS company,
       [x IN [c, p] WHERE x:Colleague | x.folded_region] AS regions
ORDER BY at, id
LIMIT $limit
