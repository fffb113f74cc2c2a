// Makes id unique among Introduction.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT introduction_id IF NOT EXISTS
FOR (n:Introduction) REQUIRE n.id IS UNIQUE
