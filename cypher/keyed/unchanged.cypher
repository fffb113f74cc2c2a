// Tells that the graph's address keys are made with some secrets, and not just being made anew; else no row.
// mode: read
// params: address_print
// returns: address_print
MATCH (o:Settings {id: 'wkw'})
WHERE o.address_print = $address_print AND o.rotating IS NULL
RETURN o.address_print AS address_print
