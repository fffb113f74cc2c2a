// How much of the ledger was carried out.
MATCH (s:Settings)
RETURN s.ledger AS n
