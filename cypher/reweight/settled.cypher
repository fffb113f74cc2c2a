// Says that all ties follow the formula of the settings.
// mode: write
// params: job, token, cursor, ttl
// returns: formula
MATCH (j:Job {name: $job}) USING INDEX SEEK j:Job(name)
SET j.touched = timestamp() // the lock of the job
WITH j
WHERE j.token = $token AND j.until >= timestamp() // the fence: whoever lost the lease writes nothing
SET j.cursor = $cursor, j.until = timestamp() + $ttl
WITH j
MATCH (o:Settings {id: 'wkw'})
SET o.changing = false
RETURN o.formula AS formula
