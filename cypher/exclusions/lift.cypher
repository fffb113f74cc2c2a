// Takes a rule away.
// mode: write
// params: rule
// returns: lifted
MATCH (x:Exclusion {rule: $rule}) USING INDEX SEEK x:Exclusion(rule)
DELETE x
RETURN count(x) AS lifted
