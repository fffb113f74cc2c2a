// Makes id unique among Mail.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT mail_id IF NOT EXISTS
FOR (n:Mail) REQUIRE n.id IS UNIQUE
