// Makes rule unique among Exclusion.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT exclusion_rule IF NOT EXISTS
FOR (n:Exclusion) REQUIRE n.rule IS UNIQUE
