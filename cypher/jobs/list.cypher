// Lists the jobs with what is known of their last runs.
// mode: read
// params: jobs
// returns: name, running, started, ended, took, day, changed, formula, error
UNWIND $jobs AS name
MATCH (j:Job {name: name}) USING INDEX SEEK j:Job(name)
RETURN name, j.until >= timestamp() AS running, j.started AS started, j.ended AS ended, j.took AS took, j.day AS day,
       j.changed AS changed, j.formula AS formula, j.error AS error
ORDER BY name LIMIT 100
