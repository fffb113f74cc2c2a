// As if no reweighting had ever run.
MATCH ()-[k:KNOWS]->()
REMOVE k.strength, k.level, k.day
WITH count(k) AS ties
MATCH (j:Job)
SET j.cursor = ''
