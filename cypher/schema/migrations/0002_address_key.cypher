// Makes key unique among Address.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT address_key IF NOT EXISTS
FOR (n:Address) REQUIRE n.key IS UNIQUE
