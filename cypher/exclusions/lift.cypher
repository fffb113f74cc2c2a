// Takes a rule away.
// mode: write
// params: rule
// returns: lifted
MATCH (o:Settings {id: 'wkw'})
SET o.touched = true // the lock
WITH o
MATCH (x:Exclusion {rule: $rule}) USING INDEX SEEK x:Exclusion(rule)
SET o.no_companies = [d IN coalesce(o.no_companies, []) WHERE x.scope <> 'company' OR d <> x.value]
DELETE x
RETURN count(x) AS lifted
