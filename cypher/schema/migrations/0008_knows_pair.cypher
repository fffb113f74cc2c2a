// Makes pair unique among KNOWS.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT knows_pair IF NOT EXISTS
FOR ()-[n:KNOWS]-() REQUIRE n.pair IS UNIQUE
