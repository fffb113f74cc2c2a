// All introductions with what is held of each, at how many ends, and how many mails there are about it.
MATCH (i:Introduction)
RETURN i.id AS id, COUNT { (i)-[:ASKED_BY|VIA|TO]->(:Address) } AS ends, COUNT { (i)<-[:ABOUT]-(:Mail) } AS mails,
       COLLECT { MATCH (i)-[r]->(a:Address) RETURN type(r) + a.key AS end ORDER BY end } AS people ORDER BY id
