// Makes version unique among Setup, what administrators decided.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT setup_version IF NOT EXISTS
FOR (n:Setup) REQUIRE n.version IS UNIQUE
