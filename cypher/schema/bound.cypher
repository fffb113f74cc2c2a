// Tells whose graph this is: own domains and the fingerprints of its secrets.
// mode: read
// params: -
// returns: domains, address_print, rotating, interaction_print
MATCH (s:Settings {id: 'wkw'})
RETURN coalesce(s.domains, []) AS domains, s.address_print AS address_print, s.rotating AS rotating,
       s.interaction_print AS interaction_print
