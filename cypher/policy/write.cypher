// Writes all rows down, and what evidence they ask for where lookups find it; no row where they are not the ones of a number any more.
// mode: write
// params: number, rows, regions, evidence
// returns: number
MATCH (o:Settings {id: 'wkw'})
SET o.touched = true // the lock
WITH o
WHERE coalesce(o.policy, 0) = $number
SET o += $evidence, o.policy = $number + 1 // whoever decided by the rows of before decides again
WITH o
CALL () {
  MATCH (y:Policy)
  WHERE y.region > '' AND NOT y.region IN $regions
  DELETE y
  RETURN count(y) AS gone
}
CALL () {
  UNWIND $rows AS row
  MERGE (y:Policy {region: row.region})
  SET y = row
  RETURN count(y) AS held
}
RETURN o.policy AS number
