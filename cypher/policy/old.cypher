// Counts, among the interactions of people in the order of their ids, those that are older than they are kept.
// mode: read
// params: after, limit, before, hidden
// returns: last, interactions
MATCH (u:Person) USING INDEX u:Person(id)
WHERE u.id > $after
WITH u ORDER BY u.id LIMIT $limit
CALL (u) {
  WITH u
  WHERE u:Colleague
  MATCH (u)<-[:OF]-(:Address)-[i:INTERACTED]-(:Address)-[:OF]->(v:Person)
  WHERE i.day < $before.latest AND (u.id <= v.id OR NOT v:Colleague) AND NOT u.id IN $hidden AND NOT v.id IN $hidden
  WITH i, [p IN [u, v] | CASE WHEN NOT p:Colleague THEN $before.contacts WHEN p.folded_region IS NULL THEN $before.unknown
                              ELSE coalesce($before.regions[p.folded_region], $before.others) END] AS own
  WHERE i.day < own[0] OR i.day < own[1]
  RETURN count(DISTINCT i) AS interactions
}
RETURN max(u.id) AS last, sum(interactions) AS interactions
