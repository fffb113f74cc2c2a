// Writes a rule down, over an older one of the same scope and value.
// mode: write
// params: rule, scope, value, include, reason, author, now
// returns: rule
MERGE (x:Exclusion {rule: $rule})
SET x.scope = $scope, x.value = $value, x.include = $include, x.reason = $reason, x.author = $author, x.at = $now,
    x.addresses = 0, x.interactions = 0
RETURN x.rule AS rule
