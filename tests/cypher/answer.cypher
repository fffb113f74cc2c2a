// Moves an introduction to another state, as an answer or a withdrawal does.
MATCH (i:Introduction {id: $id})
SET i.state = $state
RETURN i.id AS id
