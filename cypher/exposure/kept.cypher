// Lists the kept sums of the person behind an address key, by the other person, in the order of their ids, those after one.
// mode: read
// params: key, after, limit
// returns: id, name, company, sums
MATCH (a:Address {key: $key})-[:OF]->(c:Person) USING INDEX SEEK a:Address(key)
WHERE COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AS open ORDER BY open LIMIT 2 } = [true]
MATCH (c)<-[:OF]-(own:Address)
MATCH (own)-[o:KEPT]-(other:Address)
MATCH (other)-[:OF]->(p:Person)
WHERE p.id > $after
  AND (p <> c OR startNode(o) = own) // what one's own addresses had with each other is met from both ends
  AND COLLECT { MATCH (p)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
WITH p, own, o ORDER BY p.id, o.pair
WITH p, collect({address: own.uri, sent: startNode(o) = own, n: o.count, met: o.met, days: o.days, last: o.last, channels: o.channels,
                 closest: o.closest, tier: o.tier, fast: o.fast, slow: o.slow, formulas: o.formulas}) AS sums
ORDER BY p.id LIMIT $limit
RETURN p.id AS id, p.name AS name,
       COLLECT { MATCH (p)-[w:WORKS_AT]->(firm:Company) WHERE w.until IS NULL RETURN firm.name ORDER BY firm.id LIMIT 1 }[0] AS company,
       sums
ORDER BY id
LIMIT $limit
