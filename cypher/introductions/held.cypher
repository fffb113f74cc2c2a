// Gives the introductions of the person behind an address key, whom they asked or who asked them, the last changed first.
// mode: read
// params: key, id, role, day, after, after_id, limit
// returns: role, facts, people
MATCH (a:Address {key: $key})-[:OF]->(me:Person) USING INDEX SEEK a:Address(key)
MATCH (me)<-[:OF]-(:Address)<-[r:ASKED_BY|VIA]-(i:Introduction)
WITH DISTINCT i, CASE type(r) WHEN 'VIA' THEN 'introducer' ELSE 'asker' END AS role
WHERE coalesce(i.id = $id, true) AND coalesce(role = $role, true)
  AND (role = 'asker' OR i.sent IS NOT NULL) // nobody is told of a draft
  AND (i.changed < $after OR i.changed = $after AND i.id > $after_id)
MATCH (i)-[:ASKED_BY]->(:Address)-[:OF]->(asker:Person)
MATCH (i)-[:VIA]->(:Address)-[:OF]->(introducer:Person)
MATCH (i)-[:TO]->(:Address)-[:OF]->(target:Person)
WHERE all(p IN [asker, introducer, target] WHERE
    COLLECT { MATCH (p)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true])
  AND all(p IN [asker, introducer] WHERE p:Colleague AND p.from <= $day AND $day < p.until)
WITH i, role, asker, introducer, target ORDER BY i.changed DESC, i.id LIMIT $limit
RETURN role, properties(i) AS facts, [p IN [asker, introducer, target] | {
         id: p.id, name: p.name, title: p.title, language: p.language, region: p.folded_region,
         address: COLLECT {
           MATCH (p)<-[:OF]-(x:Address) WHERE x.uri STARTS WITH 'mailto:'
           RETURN substring(x.uri, 7) AS address ORDER BY address LIMIT 1
         }[0],
         company: COLLECT { MATCH (p)-[w:WORKS_AT]->(firm:Company) WHERE w.until IS NULL RETURN firm.name ORDER BY firm.id LIMIT 1 }[0]
       }] AS people
ORDER BY facts.changed DESC, facts.id
LIMIT $limit
