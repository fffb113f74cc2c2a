// Makes reason unique among Excluded, the counts of what was excluded.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT excluded_reason IF NOT EXISTS
FOR (n:Excluded) REQUIRE n.reason IS UNIQUE
