// Makes name unique among Domain.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT domain_name IF NOT EXISTS
FOR (n:Domain) REQUIRE n.name IS UNIQUE
