// Notes that every key has been made anew, so that only the marks in front of them are left; no row where it is not its turn.
// mode: write
// params: old, new
// returns: address_print
MATCH (o:Settings {id: 'wkw'})
SET o.touched = true // the lock
WITH o
WHERE o.address_print = $old AND o.rotating = $new
SET o.address_print = $new
RETURN o.address_print AS address_print
