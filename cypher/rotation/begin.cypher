// Marks the graph as one whose address keys are being made anew, unless that has begun; from then on nobody else is let in.
// mode: write
// params: old, new
// returns: address_print, rotating
MATCH (o:Settings {id: 'wkw'})
SET o.touched = true // the lock
SET o.rotating = CASE WHEN o.address_print = $old THEN coalesce(o.rotating, $new) ELSE o.rotating END
RETURN o.address_print AS address_print, o.rotating AS rotating
