// Tells which secrets the graph's address keys are made with, and with which they are being made anew.
// mode: read
// params: -
// returns: address_print, rotating
MATCH (s:Settings {id: 'wkw'})
RETURN s.address_print AS address_print, s.rotating AS rotating
