// Counts the contacts to whom a colleague can introduce others, and those to whom nobody else can.
// mode: read
// params: key, day
// returns: introduces, only_you
MATCH (a:Address {key: $key})-[:OF]->(c:Colleague) USING INDEX SEEK a:Address(key)
WHERE c.from <= $day AND $day < c.until AND COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
MATCH (c)-[k:KNOWS {two_way: true}]->(t:Contact)
WHERE k.last IS NOT NULL
  AND NOT coalesce(t:Colleague AND t.from <= $day, false) // whoever left is nobody to be introduced to
  AND COLLECT { MATCH (t)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
  AND NOT EXISTS { (t)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(c) }
WITH EXISTS {
  MATCH (t)<-[o:KNOWS {two_way: true}]-(other:Colleague)
  WHERE other <> c AND other.from <= $day AND $day < other.until AND o.last IS NOT NULL
    AND COLLECT { MATCH (other)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
    AND NOT EXISTS { (t)<-[:OF]-(:Address)<-[:VETOED]-(:Address)-[:OF]->(other) }
} AS others
RETURN count(others) AS introduces, count(CASE WHEN NOT others THEN 1 END) AS only_you
