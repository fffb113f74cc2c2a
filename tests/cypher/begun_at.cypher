// As if reweighting had begun at a time.
MATCH (j:Job {name: 'reweight'})
SET j.started = $at
