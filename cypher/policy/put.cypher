// Writes the row of a region down, over the one of before.
// mode: write
// params: region, row
// returns: number
MATCH (o:Settings {id: 'wkw'})
SET o.policy = coalesce(o.policy, 0) + 1 // the lock: whoever decided by the rows of before decides again
MERGE (y:Policy {region: $region})
SET y = $row
RETURN o.policy AS number
