// Takes the lease of a job, unless somebody has it or the job has begun since it was due; a new token shuts the last one out.
// mode: write
// params: job, me, due, ttl
// returns: token, cursor
MATCH (j:Job {name: $job}) USING INDEX SEEK j:Job(name)
SET j.touched = timestamp() // the lock of the job; one clock for all, the database's
WITH j, j.owner = $me AS mine // an attempt whose COMMIT was cut comes again
WHERE mine OR (j.until < timestamp() AND ($due IS NULL OR coalesce(j.started, 0) < $due))
SET j.token = CASE WHEN mine THEN j.token ELSE j.token + 1 END,
    j.owner = $me, j.until = timestamp() + $ttl, j.started = timestamp()
RETURN j.token AS token, j.cursor AS cursor
