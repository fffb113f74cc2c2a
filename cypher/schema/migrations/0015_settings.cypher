// Makes the node of the settings.
// mode: write
// params: -
// returns: -
MERGE (s:Settings {id: 'wkw'})
  ON CREATE SET s.sources = [], s.unfinished = []
