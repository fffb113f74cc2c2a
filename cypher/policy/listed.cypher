// Gives the rows of policy, in the order of regions, and the number of their last change.
// mode: read
// params: -
// returns: number, rows
MATCH (o:Settings {id: 'wkw'})
RETURN coalesce(o.policy, 0) AS number, COLLECT {
         MATCH (y:Policy)
         WHERE y.region > '' // an index seek
         RETURN {region: y.region, mode: y.mode, retention: y.retention, interactions: y.interactions, days: y.days, both_ways: y.both_ways} ORDER BY y.region LIMIT 10000
       } AS rows
