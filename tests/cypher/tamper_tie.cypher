// As if one tie had drifted.
MATCH ()-[k:KNOWS]->()
WITH k ORDER BY k.pair LIMIT 1
SET k.fast = k.fast * 1.01
