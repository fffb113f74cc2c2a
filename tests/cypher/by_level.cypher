// How many ties each level has, and how many of them have a sum as strong ties do.
MATCH (:Colleague)-[k:KNOWS]->()
RETURN k.level AS level, count(k) AS ties, sum(CASE WHEN k.strength >= 0.5 THEN 1 ELSE 0 END) AS strong_by_sum ORDER BY ties DESC
