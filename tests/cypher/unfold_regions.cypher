// As if the directory had been read before regions were folded.
MATCH (p:Person)
REMOVE p.folded_region
