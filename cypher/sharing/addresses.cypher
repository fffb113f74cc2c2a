// Gives the keys of all addresses of the persons behind some address keys, these among them, in order, and how many are open.
// mode: read
// params: keys
// returns: keys, open
UNWIND $keys AS key
OPTIONAL MATCH (a:Address {key: key}) USING INDEX SEEK a:Address(key)
OPTIONAL MATCH (a)-[:OF]->(:Person)<-[:OF]-(s:Address)
UNWIND [{key: key, open: coalesce(a.sharing, true)}, {key: s.key, open: s.sharing}] AS x
WITH DISTINCT x.key AS key, x.open AS open
WHERE key IS NOT NULL
ORDER BY key
RETURN collect(key) AS keys, count(CASE WHEN open THEN 1 END) AS open
