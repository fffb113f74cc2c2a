// The state of a graph, for comparing two: over address keys, without ids, names, seen and source.
CALL () {
  MATCH (a:Address)
  OPTIONAL MATCH (a)-[:OF]->(p:Person)
  WITH p, CASE WHEN p IS NULL THEN a.key ELSE '' END AS bare, a ORDER BY a.key
  RETURN collect([a.key, a.sharing, a.collect_from, CASE WHEN p IS NULL THEN null ELSE head(COLLECT { MATCH (p)<-[:OF]-(x) RETURN x.key ORDER BY x.key LIMIT 1 }) END]) AS addresses
}
CALL () {
  MATCH (a:Address)-[i:INTERACTED]->(b:Address)
  WITH a, i, b ORDER BY i.id
  RETURN collect([i.id, a.key, b.key, i.day, i.channel, i.weight, i.tier]) AS interactions
}
CALL () {
  MATCH (c:Person)-[k:KNOWS]->(p:Person)
  WITH k, head(COLLECT { MATCH (c)<-[:OF]-(x) RETURN x.key ORDER BY x.key LIMIT 1 }) AS c,
          head(COLLECT { MATCH (p)<-[:OF]-(x) RETURN x.key ORDER BY x.key LIMIT 1 }) AS p
  WITH k, c, p, COLLECT { UNWIND k.channels AS channel RETURN channel ORDER BY channel } AS channels ORDER BY c, p
  RETURN collect([c, p, k.fast, k.slow, k.days, k.last, k.sent, k.received, k.met, k.tier, k.two_way, channels]) AS ties
}
RETURN addresses, interactions, ties
