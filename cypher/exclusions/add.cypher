// Writes a rule down, over an older one of the same scope and value; domains that are no company stand in the settings too.
// mode: write
// params: rule, scope, value, include, reason, author, now, address_print
// returns: rule
MATCH (o:Settings {id: 'wkw'})
WHERE o.address_print = $address_print AND o.rotating IS NULL // the fence: other secrets make other keys
SET o.touched = true // the lock
MERGE (x:Exclusion {rule: $rule})
SET x.scope = $scope, x.value = $value, x.include = $include, x.reason = $reason, x.author = $author, x.at = $now,
    x.addresses = 0, x.interactions = 0
// A seek for a rule that is not there would lock its place in the index, and every ingest of that domain would wait.
SET o.no_companies = [d IN coalesce(o.no_companies, []) WHERE d <> $value] + CASE $scope WHEN 'company' THEN [$value] ELSE [] END
RETURN x.rule AS rule
