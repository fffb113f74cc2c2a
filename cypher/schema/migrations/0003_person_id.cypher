// Makes id unique among Person.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT person_id IF NOT EXISTS
FOR (n:Person) REQUIRE n.id IS UNIQUE
