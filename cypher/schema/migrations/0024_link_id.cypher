// Makes id unique among Link.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT link_id IF NOT EXISTS
FOR (n:Link) REQUIRE n.id IS UNIQUE
