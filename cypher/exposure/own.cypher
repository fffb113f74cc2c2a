// Gives what is held of the person behind an address key beside their ties; no row where nobody is, or sharing is off.
// mode: read
// params: key
// returns: addresses, person, companies, rules, vetoes, decided, introductions
MATCH (a:Address {key: $key})-[:OF]->(c:Person) USING INDEX SEEK a:Address(key)
WHERE COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AS open ORDER BY open LIMIT 2 } = [true]
RETURN COLLECT {
         MATCH (c)<-[o:OF]-(own:Address)
         RETURN {address: own.uri, source: own.source, collect_from: own.collect_from, seen: own.seen, listed: o.listed} ORDER BY own.key LIMIT 10000
       } AS addresses,
       {id: c.id, colleague: c:Colleague, contact: c:Contact, lead: c.lead, name: c.name, folded_name: c.folded_name, named_at: c.named_at,
        title: c.title, region: c.region, folded_region: c.folded_region, department: c.department, language: c.language, first_day: c.from, until_day: c.until, noticed: c.noticed,
        listed: c.listed, seen: c.seen} AS person,
       COLLECT {
         MATCH (c)-[w:WORKS_AT]->(firm:Company)
         RETURN {name: firm.name, first_day: w.from, until_day: w.until} ORDER BY firm.id LIMIT 10000
       } AS companies,
       COLLECT {
         MATCH (c)<-[:OF]-(own:Address)
         MATCH (x:Exclusion {rule: 'address:' + own.key}) USING INDEX SEEK x:Exclusion(rule)
         RETURN {address: own.uri, include: x.include, reason: x.reason, at: x.at, interactions: x.interactions} ORDER BY x.rule LIMIT 10000
       } AS rules,
       COLLECT {
         MATCH (c)<-[:OF]-(own:Address)-[:VETOED]->(:Address)-[:OF]->(p:Person)
         WITH DISTINCT p
         WHERE COLLECT { MATCH (p)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
         RETURN {name: p.name,
                 company: COLLECT { MATCH (p)-[w:WORKS_AT]->(firm:Company) WHERE w.until IS NULL RETURN firm.name ORDER BY firm.id LIMIT 1 }[0]}
         ORDER BY p.id LIMIT 10000
       } AS vetoes,
       COLLECT {
         MATCH (s:Setup)
         WHERE s.version > 0 AND s.by = c.id // an index seek
         RETURN {version: s.version, at: s.at} ORDER BY s.version LIMIT 10000
       } AS decided,
       COLLECT { // what others wrote is theirs; whom one is not shown otherwise one is not shown here
         MATCH (c)<-[:OF]-(:Address)<-[part:ASKED_BY|VIA|TO]-(i:Introduction)
         WITH DISTINCT i, {ASKED_BY: 'asker', VIA: 'introducer', TO: 'target'}[type(part)] AS role
         WITH i, role, role = 'asker' AS own,
              role = 'asker' OR role = 'introducer' AND NOT i.state IN ['draft', 'withdrawn'] AS told, // it may never have been sent
              role = 'introducer' OR i.state IN ['accepted', 'introduced'] AS met // in blind mode the asker learns then who it is
         RETURN {
           role: role, state: i.state, at: i.at, changed: i.changed, expires: CASE WHEN told THEN i.expires END,
           purpose: CASE WHEN told THEN i.purpose END, outcome: CASE WHEN told THEN i.outcome END,
           note: CASE WHEN own THEN i.note END, text: CASE WHEN own THEN i.text END,
           other: COLLECT {
             MATCH (i)-[:ASKED_BY|VIA]->(:Address)-[:OF]->(p:Person)
             WHERE told AND met AND p <> c
               AND COLLECT { MATCH (p)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
             RETURN p.name ORDER BY p.id LIMIT 1
           }[0],
           target: COLLECT {
             MATCH (i)-[:TO]->(:Address)-[:OF]->(p:Person)
             WHERE told
               AND COLLECT { MATCH (p)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
             RETURN p.name ORDER BY p.id LIMIT 1
           }[0]
         }
         ORDER BY i.at, i.id LIMIT 10000
       } AS introductions
LIMIT 1
