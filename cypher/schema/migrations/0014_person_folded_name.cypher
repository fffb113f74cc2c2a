// Finds people by their folded name.
// mode: schema
// params: -
// returns: -
CREATE INDEX person_folded_name IF NOT EXISTS
FOR (n:Person) ON (n.folded_name)
