// Makes name unique among Source.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT source_name IF NOT EXISTS
FOR (n:Source) REQUIRE n.name IS UNIQUE
