// Closes the gate of every address of a person; of an address never seen it leaves the closed gate alone.
// mode: write
// params: key, day
// returns: addresses
MERGE (a:Address {key: $key})
  ON CREATE SET a.sharing = false, a.collect_from = 0
WITH a
OPTIONAL MATCH (a)-[:OF]->(:Person)<-[:OF]-(s:Address)
WITH a, collect(s) AS others
UNWIND others + [a] AS x
WITH x ORDER BY x.key
SET x.seen = $day // the locks of the addresses, in the order of keys
WITH collect(x) AS all
UNWIND all AS x
OPTIONAL MATCH (x)-[:OF]->(p:Person)
WITH x, p ORDER BY p.id
SET p.seen = $day // the locks of the persons, in the order of ids
SET x.sharing = false
REMOVE x.uri, p.name, p.folded_name, p.named_at, p.title, p.region, p.department
RETURN count(x) AS addresses
