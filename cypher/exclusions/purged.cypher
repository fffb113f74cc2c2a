// Adds to a rule what was purged for it.
// mode: write
// params: rule, addresses, interactions
// returns: rule
MATCH (x:Exclusion {rule: $rule}) USING INDEX SEEK x:Exclusion(rule)
SET x.addresses = x.addresses + $addresses, x.interactions = x.interactions + $interactions
RETURN x.rule AS rule
