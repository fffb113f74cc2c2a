// Keeps others from being offered a colleague's tie to a person, or lifts that; no row where there is no such tie to see.
// mode: write
// params: key, contact, wanted, day
// returns: contact
MATCH (a:Address {key: $key})-[:OF]->(c:Colleague) USING INDEX SEEK a:Address(key)
MATCH (t:Person {id: $contact}) USING INDEX SEEK t:Person(id)
WHERE EXISTS { (t)<-[:KNOWS]-(c) }
CALL (c, t) {
  UNWIND [c, t] AS p
  MATCH (p)<-[:OF]-(x:Address)
  WITH x ORDER BY x.key
  SET x.seen = $day // the locks of the addresses, in the order of keys
  RETURN count(x) AS addresses
}
CALL (c, t) {
  UNWIND [c, t] AS p
  WITH p ORDER BY p.id
  SET p.seen = $day // the locks of the persons, in the order of ids
  RETURN count(p) AS people
}
WITH c, t
MATCH (c)-[k:KNOWS]->(t) // once more under the locks
WHERE k.last IS NOT NULL
  AND COLLECT { MATCH (c)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
  AND COLLECT { MATCH (t)<-[:OF]-(gate:Address) RETURN DISTINCT gate.sharing AND gate.objected IS NULL AS open ORDER BY open LIMIT 2 } = [true]
CALL (c, t) { // between addresses, each with each: it holds whatever is joined, parted or recomputed later
  MATCH (c)<-[:OF]-(own:Address)
  MATCH (t)<-[:OF]-(theirs:Address)
  OPTIONAL MATCH (own)-[v:VETOED]->(theirs)
  FOREACH (_ IN CASE WHEN $wanted AND v IS NULL THEN [1] ELSE [] END | CREATE (own)-[:VETOED]->(theirs))
  FOREACH (x IN CASE WHEN $wanted THEN [] ELSE [v] END | DELETE x)
  RETURN count(*) AS pairs
}
RETURN t.id AS contact
