// All mails with what is held of each, by their ids.
MATCH (m:Mail)
RETURN m.id AS id, properties(m) AS facts, COUNT { (m)-[:ABOUT]->(:Introduction) } AS about ORDER BY id
