// Everything that was folded.
MATCH (:Address)-[o:KEPT]->(:Address)
RETURN o.fast AS fast, o.slow AS slow, o.count AS count, o.days AS days
