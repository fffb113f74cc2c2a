// Makes a node for each job: its lease, its cursor and what is known of its last run.
// mode: write
// params: -
// returns: -
UNWIND ['forget', 'reweight'] AS name
MERGE (j:Job {name: name})
  ON CREATE SET j.token = 0, j.until = 0, j.cursor = '', j.changed = 0
