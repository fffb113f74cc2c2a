// Makes id unique among Company.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT company_id IF NOT EXISTS
FOR (n:Company) REQUIRE n.id IS UNIQUE
