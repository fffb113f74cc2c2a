// Writes down, once, whose graph this is: own domains and the fingerprints of both secrets.
// mode: write
// params: domains, address_print, interaction_print
// returns: domains, address_print, interaction_print
MERGE (s:Settings {id: 'wkw'})
SET s.domains = CASE WHEN size(coalesce(s.domains, [])) = 0 THEN $domains ELSE s.domains END,
    s.address_print = coalesce(s.address_print, $address_print),
    s.interaction_print = coalesce(s.interaction_print, $interaction_print)
RETURN s.domains AS domains, s.address_print AS address_print, s.interaction_print AS interaction_print
