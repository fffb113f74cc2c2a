// All vetoes, by their ends.
MATCH (a:Address)-[:VETOED]->(b:Address)
RETURN a.uri AS sender, a.key AS sender_key, b.uri AS receiver ORDER BY sender, receiver
