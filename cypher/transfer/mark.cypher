// Lets edges find the nodes that came by their names.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT come_name IF NOT EXISTS
FOR (n:Come) REQUIRE n.come IS UNIQUE
