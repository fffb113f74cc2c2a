// Takes the row of a region away; no row where it has none.
// mode: write
// params: region
// returns: number
MATCH (o:Settings {id: 'wkw'})
SET o.touched = true // the lock
WITH o
MATCH (y:Policy {region: $region}) USING INDEX SEEK y:Policy(region)
SET o.policy = coalesce(o.policy, 0) + 1 // whoever decided by the rows of before decides again
DELETE y
RETURN o.policy AS number
