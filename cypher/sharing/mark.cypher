// Tells the last row of the ledger that has been carried out in this graph, and which secrets its keys are made with.
// mode: read
// params: -
// returns: n, seal, address_print
MATCH (o:Settings {id: 'wkw'})
RETURN coalesce(o.ledger, 0) AS n, o.seal AS seal,
       CASE WHEN o.rotating IS NULL THEN o.address_print END AS address_print
