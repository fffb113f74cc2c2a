// Looks at people in the order of their ids, and gives the colleagues who left before a day of whom more than bare addresses is held.
// mode: read
// params: after, limit, before
// returns: last, ids
MATCH (c:Person) USING INDEX c:Person(id)
WHERE c.id > $after
WITH c ORDER BY c.id LIMIT $limit
RETURN max(c.id) AS last, collect(CASE
         WHEN c:Colleague AND c.until <= $before AND (c.purged IS NULL OR EXISTS {
           MATCH (c)<-[:OF]-(a:Address)
           WHERE a.uri IS NOT NULL OR EXISTS { (a)-[:INTERACTED|KEPT|VETOED]-() } OR EXISTS { (a)<-[:ASKED_BY|VIA|TO]-(:Introduction) }
         }) THEN c.id
       END) AS ids
