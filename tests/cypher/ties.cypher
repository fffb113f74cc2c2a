// Every tie with an address of each side.
MATCH (c:Person)-[k:KNOWS]->(p:Person)
RETURN head(COLLECT { MATCH (c)<-[:OF]-(a) WHERE a.uri STARTS WITH 'mailto:' RETURN a.uri ORDER BY a.uri LIMIT 1 }) AS colleague,
       head(COLLECT { MATCH (p)<-[:OF]-(a) WHERE a.uri STARTS WITH 'mailto:' RETURN a.uri ORDER BY a.uri LIMIT 1 }) AS person,
       k.fast AS fast, k.slow AS slow, k.days AS days, k.last AS last, k.sent AS sent, k.received AS received, k.met AS met,
       k.tier AS tier, k.two_way AS two_way, k.channels AS channels, k.strength AS strength, k.level AS level, k.day AS day
