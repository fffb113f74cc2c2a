// Where the job of reweighting is.
MATCH (j:Job {name: 'reweight'})
RETURN j.cursor AS cursor
