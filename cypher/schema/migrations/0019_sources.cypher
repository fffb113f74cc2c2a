// Makes a node for each source, out of the lists that the settings held.
// mode: write
// params: -
// returns: -
MATCH (o:Settings {id: 'wkw'})
FOREACH (name IN coalesce(o.sources, []) + coalesce(o.unfinished, []) |
  MERGE (s:Source {name: name})
  SET s.reading = name IN o.unfinished)
REMOVE o.sources, o.unfinished
