// Lists a colleague's own ties, strongest first, those after a place in that order.
// mode: read
// params: key, f, s, k, strong, familiar, after, after_id, limit
// returns: id, kind, name, company, strength, level, two_way, channels, tier, sent, received, met, days, last, vetoed
MATCH (a:Address {key: $key})-[:OF]->(c:Colleague) USING INDEX SEEK a:Address(key)
WHERE COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
MATCH (c)-[k:KNOWS]->(p:Person)
WHERE k.last IS NOT NULL
WITH c, k, p, k.fast * $f + k.slow * $s AS sum
WITH c, k, p, round(sum / (sum + $k), 6) AS strength
WHERE (strength < $after OR (strength = $after AND p.id > $after_id))
  AND COLLECT { MATCH (p)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
WITH c, k, p, strength ORDER BY strength DESC, p.id LIMIT $limit
RETURN p.id AS id, CASE WHEN p:Colleague THEN 'colleague' WHEN p.lead THEN 'lead' ELSE 'contact' END AS kind, p.name AS name,
       COLLECT { MATCH (p)-[w:WORKS_AT]->(firm:Company) WHERE w.until IS NULL RETURN firm.name ORDER BY firm.id LIMIT 1 }[0] AS company,
       strength,
       CASE WHEN NOT k.two_way THEN 'one-way' WHEN strength >= $strong THEN 'strong'
            WHEN strength >= $familiar THEN 'familiar' ELSE 'weak' END AS level,
       k.two_way AS two_way, k.channels AS channels, k.tier AS tier, k.sent AS sent, k.received AS received, k.met AS met,
       k.days AS days, k.last AS last, EXISTS { (p)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(c) } AS vetoed
ORDER BY strength DESC, id
LIMIT $limit
