// Tells the last row of the ledger that has been carried out in this graph.
// mode: read
// params: -
// returns: n, seal
MATCH (o:Settings {id: 'wkw'})
RETURN coalesce(o.ledger, 0) AS n, o.seal AS seal
