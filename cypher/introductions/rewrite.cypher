// Writes the words of a draft anew for whoever has the asker's address key; no row where it is no draft of theirs.
// mode: write
// params: id, key, note, text, now
// returns: id
MATCH (a:Address {key: $key})-[:OF]->(me:Person) USING INDEX SEEK a:Address(key)
MATCH (me)<-[:OF]-(:Address)<-[:ASKED_BY]-(i:Introduction {id: $id}) USING INDEX SEEK i:Introduction(id) // a pattern of its own: also by that same address
SET i.touched = $now // the lock
WITH DISTINCT i
WHERE i.state = 'draft'
SET i.note = $note, i.text = $text, i.changed = $now
REMOVE i.touched
RETURN i.id AS id
