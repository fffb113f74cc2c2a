// Every interaction with the addresses it runs between.
MATCH (a:Address)-[i:INTERACTED]->(b:Address)
RETURN a.uri AS sender, b.uri AS receiver, i.channel AS channel, i.day AS day, i.weight AS weight, i.tier AS tier
