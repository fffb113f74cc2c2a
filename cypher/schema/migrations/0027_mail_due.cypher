// Finds mails by when they are due, which only those have that wait.
// mode: schema
// params: -
// returns: -
CREATE INDEX mail_due IF NOT EXISTS
FOR (n:Mail) ON (n.due)
