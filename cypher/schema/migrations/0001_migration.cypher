// Makes version unique among Migration.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT migration IF NOT EXISTS
FOR (n:Migration) REQUIRE n.version IS UNIQUE
