// Makes id unique among Key.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT key_id IF NOT EXISTS
FOR (n:Key) REQUIRE n.id IS UNIQUE
