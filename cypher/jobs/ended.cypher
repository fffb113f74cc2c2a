// Gives a lease back and writes down how the run ended; the cursor stays where it is after an error.
// mode: write
// params: job, token, day, changed, error
// returns: ended
MATCH (j:Job {name: $job}) USING INDEX SEEK j:Job(name)
SET j.touched = timestamp() // the lock of the job
WITH j
WHERE j.token = $token
OPTIONAL MATCH (o:Settings {id: 'wkw'})
SET j.until = 0, j.owner = null, j.ended = timestamp(), j.error = $error, j.formula = o.formula,
    j.took = timestamp() - j.started, j.changed = $changed,
    j.cursor = CASE WHEN $error IS NULL THEN '' ELSE j.cursor END,
    j.day = CASE WHEN $error IS NULL THEN $day ELSE j.day END
RETURN j.ended AS ended
