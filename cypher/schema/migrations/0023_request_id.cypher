// Makes id unique among Request.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT request_id IF NOT EXISTS
FOR (n:Request) REQUIRE n.id IS UNIQUE
