// Tells for each row of one batch of a directory what storing it would change.
// mode: read
// params: rows
// returns: rows
UNWIND range(0, size($rows) - 1) AS n
CALL (n) {
  WITH $rows[n] AS row
  UNWIND row.keys AS key
  OPTIONAL MATCH (a:Address {key: key}) USING INDEX SEEK a:Address(key)
  OPTIONAL MATCH (a)-[:OF]->(p:Person)
  WITH row, collect(DISTINCT p) AS people, any(o IN collect(a.sharing) WHERE NOT o) AS closed, count(p) < count(*) AS more
  WITH row, people, closed, more, CASE size(people) WHEN 1 THEN people[0] END AS p
  RETURN {
    closed: closed,
    people: [x IN people | {id: x.id, colleague: x:Colleague, listed: x.listed IS NOT NULL}],
    joined: size(people) > 1 OR any(x IN people WHERE row.colleague AND NOT x:Colleague),
    renamed: coalesce(p.name <> row.facts.name, false),
    leaves: coalesce(row.facts.until < 2932896 AND p.until <> row.facts.until, false),
    more: more AND size(people) > 0,
    moved: row.company IS NOT NULL AND EXISTS { (p)-[w:WORKS_AT]->(:Company) WHERE w.until IS NULL } AND NOT EXISTS {
      (p)-[w:WORKS_AT]->(:Company)<-[:OF]-(d:Domain) WHERE w.until IS NULL AND d.name IN row.company.domains },
    differs: NOT coalesce(p.purged IS NOT NULL AND NOT coalesce(row.facts.from >= p.until, false), false) AND any(name IN keys(row.facts) WHERE name <> 'named_at' AND coalesce(p[name] <> row.facts[name], true)),
    unlisted: COLLECT {
      UNWIND people AS x
      MATCH (x)<-[o:OF]-(a:Address)
      WHERE o.listed IS NOT NULL AND NOT a.key IN row.keys
      RETURN a.uri AS uri ORDER BY uri
    }
  } AS found
}
WITH found ORDER BY n
RETURN collect(found) AS rows
