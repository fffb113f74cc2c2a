// A page of edges as the bare form takes them, in order of their ids.
MATCH (a:Address)-[i:INTERACTED]->(b:Address)
WHERE i.id > $after
RETURN i.id AS key, i.id AS id, a.key AS sender, b.key AS receiver, i.at AS at, i.day AS day, i.channel AS channel, i.weight AS weight,
       i.tier AS tier, i.source AS source, i.rev AS rev
ORDER BY id
LIMIT 20000
