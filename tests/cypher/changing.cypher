// As if a change of the weights had been interrupted.
MATCH (s:Settings {id: 'wkw'})
SET s.changing = true
