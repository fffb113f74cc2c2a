// Stores one batch of a directory: who is behind which addresses, and what is known of them.
// mode: write
// params: addresses, rows, day, sharing, listed, address_print
// returns: stored, suppressed, join
MATCH (o:Settings {id: 'wkw'})
WHERE o.address_print = $address_print AND o.rotating IS NULL // the fence: other secrets make other keys
UNWIND $addresses AS x // sorted by key; x.row is the position of its person in $rows
MERGE (a:Address {key: x.key})
  ON CREATE SET a.sharing = $sharing, a.collect_from = 0
SET a.seen = $day // the lock of the address
WITH x, a
OPTIONAL MATCH (a)-[:OF]->(p:Person)
WITH x, a, p ORDER BY p.id
SET p.seen = $day // the lock of the person
WITH x.row AS n, collect({node: a, uri: x.uri, source: x.source, person: p}) AS addresses, collect(DISTINCT p) AS people, collect(a.sharing) AS open
WITH $rows[n] AS row, n, addresses, people, all(o IN open WHERE o) AS open
// An address that is closed closes every other of the same person, also those learned now.
FOREACH (x IN CASE WHEN open THEN [] ELSE addresses END |
  FOREACH (a IN [x.node] | SET a.sharing = false REMOVE a.uri, a.source))
WITH row, n, addresses, people, open,
     open AND (size(people) > 1 OR any(p IN people WHERE row.colleague AND NOT p:Colleague)) AS join
CALL (row, addresses, people, open, join) {
  WITH row, addresses, people
  WHERE open AND NOT join
  CALL (row, people) {
    WITH row, people WHERE size(people) = 1
    RETURN people[0] AS p
    UNION
    WITH row, people WHERE size(people) = 0
    CREATE (p:Person {id: row.id})
    RETURN p
  }
  // Whoever left and was purged comes back with a new term alone, and then with what happens from its first day.
  WITH row, addresses, p, p.purged IS NOT NULL AS purged, coalesce(row.facts.from >= p.until, false) AS back
  WITH row, addresses, p, purged AND NOT back AS gone,
       COLLECT { MATCH (p)<-[:OF]-(a:Address) WHERE purged AND back RETURN a } AS reopened
  FOREACH (a IN reopened | SET a.collect_from = row.facts.from * 86400000)
  FOREACH (_ IN CASE WHEN gone THEN [] ELSE [1] END | SET p += row.facts REMOVE p.purged)
  SET p.listed = coalesce($listed, p.listed)
  FOREACH (_ IN CASE WHEN row.colleague THEN [1] ELSE [] END | SET p:Colleague)
  FOREACH (_ IN CASE WHEN row.colleague THEN [] ELSE [1] END | SET p:Contact)
  WITH row, addresses, p, gone,
       COLLECT { MATCH (p)-[w:WORKS_AT]->(:Company) WHERE row.colleague AND w.until IS NULL RETURN w } AS former
  FOREACH (w IN former | SET w.until = coalesce(row.since, $day)) // whoever is a colleague now has left their company
  FOREACH (x IN [x IN addresses WHERE x.person IS NULL] |
    FOREACH (a IN [x.node] | CREATE (a)-[:OF]->(p)))
  FOREACH (x IN addresses | FOREACH (a IN [x.node] |
    SET a.source = CASE WHEN gone OR a.uri IS NOT NULL THEN a.source ELSE x.source END,
        a.uri = CASE WHEN gone THEN a.uri ELSE coalesce(a.uri, x.uri) END,
        a.collect_from = CASE WHEN gone THEN 9007199254740992 ELSE a.collect_from END))
  FOREACH (x IN CASE WHEN $listed IS NULL THEN [] ELSE addresses END | FOREACH (a IN [x.node] |
    MERGE (a)-[o:OF]->(p)
    SET o.listed = $listed))
  WITH row, p
  CALL (row, p) { // whoever works elsewhere now has left where they worked before
    WITH row, p, row.company AS y
    WHERE y IS NOT NULL AND p.purged IS NULL AND NOT EXISTS { MATCH (o:Settings {id: 'wkw'}) WHERE y.domain IN o.no_companies }
    MERGE (d:Domain {name: y.domain})
    MERGE (d)-[:OF]->(c:Company)
      ON CREATE SET c.id = y.id, c.name = y.name
    WITH row, p, c, COLLECT { MATCH (p)-[w:WORKS_AT]->(old:Company) WHERE w.until IS NULL AND old <> c RETURN w } AS left
    FOREACH (w IN left | SET w.until = coalesce(row.since, $day))
    MERGE (p)-[w:WORKS_AT]->(c)
      ON CREATE SET w.from = CASE WHEN left = [] THEN row.since ELSE coalesce(row.since, $day) END
    REMOVE w.until
  }
  RETURN count(p) AS stored
}
WITH sum(stored) AS stored, collect(CASE WHEN open THEN null ELSE n END) AS suppressed, collect(CASE WHEN join THEN n END) AS join,
     count(*) AS rows
WHERE rows > 0 // no row where the fence let nothing through
RETURN stored, suppressed, join
