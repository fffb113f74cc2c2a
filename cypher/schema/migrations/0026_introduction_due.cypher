// Finds the introductions with which something is to be done by itself: silence ends, and what is over goes.
// mode: schema
// params: -
// returns: -
CREATE INDEX introduction_due IF NOT EXISTS
FOR (i:Introduction) ON (i.due)
