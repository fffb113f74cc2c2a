// Gives what a leased mail is written from: its introduction and the three people; no row where one of them is not there any more.
// mode: read
// params: id, token
// returns: mail, kind, introduction, asker, introducer, target
MATCH (m:Mail {id: $id, token: $token})-[:ABOUT]->(i:Introduction) USING INDEX SEEK m:Mail(id)
MATCH (i)-[:ASKED_BY]->(:Address)-[:OF]->(asker:Person)
MATCH (i)-[:VIA]->(:Address)-[:OF]->(introducer:Person)
MATCH (i)-[:TO]->(:Address)-[:OF]->(target:Person)
WITH m, i, [p IN [asker, introducer, target] | {
  id: p.id, name: p.name, title: p.title, language: p.language, region: p.folded_region,
  address: COLLECT {
    MATCH (p)<-[:OF]-(x:Address) WHERE x.uri STARTS WITH 'mailto:'
    RETURN substring(x.uri, 7) AS address ORDER BY address LIMIT 1
  }[0],
  company: COLLECT { MATCH (p)-[w:WORKS_AT]->(firm:Company) WHERE w.until IS NULL RETURN firm.name ORDER BY firm.id LIMIT 1 }[0]
}] AS people
RETURN m.id AS mail, m.kind AS kind, properties(i) AS introduction, people[0] AS asker, people[1] AS introducer, people[2] AS target
LIMIT 1
