// Lists a colleague's own two-way ties that fall below a level before a day without contact, soonest to matter first.
// mode: read
// params: key, f, s, f_then, s_then, k, strong, familiar, limit
// returns: id, name, company, fast, slow, last, strength
MATCH (a:Address {key: $key})-[:OF]->(c:Colleague) USING INDEX SEEK a:Address(key)
WHERE COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
MATCH (c)-[k:KNOWS]->(p:Person)
WHERE k.two_way AND k.last IS NOT NULL
WITH k, p, k.fast * $f + k.slow * $s AS sum, k.fast * $f_then + k.slow * $s_then AS sum_then
WITH k, p, sum / (sum + $k) AS strength, sum_then / (sum_then + $k) AS strength_then
WHERE (strength >= $strong AND strength_then < $strong) OR (strength >= $familiar AND strength_then < $familiar)
  AND COLLECT { MATCH (p)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
WITH k, p, strength ORDER BY strength DESC, p.id LIMIT $limit
RETURN p.id AS id, p.name AS name, COLLECT { MATCH (p)-[w:WORKS_AT]->(firm:Company) WHERE w.until IS NULL RETURN firm.name ORDER BY firm.id LIMIT 1 }[0] AS company,
       k.fast AS fast, k.slow AS slow, k.last AS last, strength
ORDER BY strength DESC, id
