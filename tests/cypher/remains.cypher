// What is left of some addresses that opted out, and how many persons without any address there are in the graph.
// mode: read
// params: keys
// returns: key, sharing, uri, people, ties, interactions, strays
CALL () {
  MATCH (p:Person)
  WHERE NOT EXISTS { (p)<-[:OF]-(:Address) }
  RETURN count(p) AS strays
}
UNWIND $keys AS key
OPTIONAL MATCH (a:Address {key: key})
RETURN key, a.sharing AS sharing, a.uri AS uri, COUNT { (a)-[:OF]->(:Person) } AS people,
       COUNT { (a)-[:OF]->(:Person)-[:KNOWS]-() } AS ties, COUNT { (a)-[:INTERACTED]-(:Address) } AS interactions, strays
