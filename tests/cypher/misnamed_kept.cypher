// How many kept sums are not named by the keys of their two addresses.
MATCH (a:Address)-[k:KEPT]->(b:Address)
RETURN count(CASE WHEN k.pair <> a.key + b.key THEN 1 END) AS wrong
