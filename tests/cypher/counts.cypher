// How much there is.
RETURN COUNT { (:Address) } AS addresses, COUNT { ()-[:INTERACTED]->() } AS edges, COUNT { ()-[:KNOWS]->() } AS ties
