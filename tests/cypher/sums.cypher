// The sums of every tie, people named by their first address key.
MATCH (c:Colleague)-[k:KNOWS]->(p:Person)
WHERE k.days > 0
RETURN COLLECT { MATCH (c)<-[:OF]-(a:Address) RETURN a.key ORDER BY a.key LIMIT 1 }[0] AS colleague,
       COLLECT { MATCH (p)<-[:OF]-(a:Address) RETURN a.key ORDER BY a.key LIMIT 1 }[0] AS person,
       k.fast AS fast, k.slow AS slow
