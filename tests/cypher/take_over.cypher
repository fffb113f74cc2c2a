// As if somebody else had taken over every job.
MATCH (j:Job)
SET j.token = j.token + 1, j.owner = 'another', j.until = timestamp() + 30000
