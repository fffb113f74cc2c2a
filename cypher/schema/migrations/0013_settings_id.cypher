// Makes id unique among Settings.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT settings_id IF NOT EXISTS
FOR (n:Settings) REQUIRE n.id IS UNIQUE
