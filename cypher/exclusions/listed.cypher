// Lists the rules of exclusion, those of inclusion among them.
// mode: read
// params: -
// returns: rule, scope, value, include, reason, author, at, addresses, interactions
MATCH (x:Exclusion)
WHERE x.rule > '' // an index seek
RETURN x.rule AS rule, x.scope AS scope, x.value AS value, x.include AS include, x.reason AS reason, x.author AS author,
       x.at AS at, x.addresses AS addresses, x.interactions AS interactions
ORDER BY rule LIMIT 100000
