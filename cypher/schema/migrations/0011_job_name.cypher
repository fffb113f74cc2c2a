// Makes name unique among Job.
// mode: schema
// params: -
// returns: -
CREATE CONSTRAINT job_name IF NOT EXISTS
FOR (n:Job) REQUIRE n.name IS UNIQUE
