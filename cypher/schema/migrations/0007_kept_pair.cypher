// Makes pair unique among KEPT.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT kept_pair IF NOT EXISTS
FOR ()-[n:KEPT]-() REQUIRE n.pair IS UNIQUE
