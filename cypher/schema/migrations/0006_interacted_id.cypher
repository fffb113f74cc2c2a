// Makes id unique among INTERACTED.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT interacted_id IF NOT EXISTS
FOR ()-[n:INTERACTED]-() REQUIRE n.id IS UNIQUE
