// Lists all that is held of a colleague's own ties, in the order of the others' ids, those after one.
// mode: read
// params: key, f, s, k, strong, familiar, after, limit
// returns: id, kind, name, company, strength, level, two_way, channels, tier, sent, received, met, days, last, fast, slow, written, vetoed
MATCH (a:Address {key: $key})-[:OF]->(c:Person) USING INDEX SEEK a:Address(key)
WHERE COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
MATCH (c)-[k:KNOWS]->(p:Person)
WHERE p.id > $after AND COLLECT { MATCH (p)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
WITH c, k, p ORDER BY p.id LIMIT $limit
WITH c, k, p, k.fast * $f + k.slow * $s AS sum
WITH c, k, p, round(sum / (sum + $k), 6) AS strength
RETURN p.id AS id, CASE WHEN p:Colleague THEN 'colleague' WHEN p.lead THEN 'lead' ELSE 'contact' END AS kind, p.name AS name,
       COLLECT { MATCH (p)-[w:WORKS_AT]->(firm:Company) WHERE w.until IS NULL RETURN firm.name ORDER BY firm.id LIMIT 1 }[0] AS company,
       strength,
       CASE WHEN NOT k.two_way THEN 'one-way' WHEN strength >= $strong THEN 'strong'
            WHEN strength >= $familiar THEN 'familiar' ELSE 'weak' END AS level,
       k.two_way AS two_way, k.channels AS channels, k.tier AS tier, k.sent AS sent, k.received AS received, k.met AS met,
       k.days AS days, k.last AS last, k.fast AS fast, k.slow AS slow,
       CASE WHEN k.day IS NULL THEN null ELSE {strength: k.strength, level: k.level, day: k.day} END AS written,
       EXISTS { (p)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(c) } AS vetoed
ORDER BY id
LIMIT $limit
