// Makes region unique among Policy, the rows of what holds for each region.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT policy_region IF NOT EXISTS
FOR (n:Policy) REQUIRE n.region IS UNIQUE
