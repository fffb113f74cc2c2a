// An edge between nodes that have none in wkw's graph.
CREATE (:Key {id: 'one'})-[:ODD]->(:Key {id: 'other'})
