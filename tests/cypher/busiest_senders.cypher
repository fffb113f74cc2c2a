// The contacts who sent most, with their ties, how many of those are not one-way, and the greatest strength among them.
MATCH (:Colleague)-[k:KNOWS]->(p:Contact)
WITH p, sum(k.received) AS received, sum(k.sent) AS sent, count(k) AS ties, max(k.strength) AS top,
     sum(CASE WHEN k.level = 'one-way' THEN 0 ELSE 1 END) AS mutual
ORDER BY received DESC LIMIT $limit
RETURN received, sent, ties, mutual, top, COLLECT { MATCH (p)<-[:OF]-(a) RETURN split(a.uri, '@')[-1] }[0] AS domain
