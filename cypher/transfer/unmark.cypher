// Drops what let edges find the nodes that came.
// mode: schema
// params: -
// returns: -
DROP CONSTRAINT come_name IF EXISTS
