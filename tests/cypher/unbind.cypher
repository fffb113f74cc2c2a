// As if nothing were written down of the secret of the address keys.
MATCH (s:Settings)
SET s.address_print = null, s.rotating = null
