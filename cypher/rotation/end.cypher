// Opens the graph again, to those who have all secrets; no row where it is not its turn.
// mode: write
// params: new
// returns: address_print
MATCH (o:Settings {id: 'wkw'})
SET o.touched = true // the lock
WITH o
WHERE o.address_print = $new AND o.rotating = $new
SET o.rotating = null
RETURN o.address_print AS address_print
