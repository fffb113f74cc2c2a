// What a scan of the whole graph finds of the person behind an address key: every property of whatever touches them.
MATCH (me:Person)
WHERE EXISTS { (me)<-[:OF]-(:Address {key: $key}) }
CALL (me) {
  MATCH (a:Address)-[r:INTERACTED]->(b:Address)
  WHERE EXISTS { (a)-[:OF]->(me) } OR EXISTS { (b)-[:OF]->(me) }
  RETURN collect({facts: properties(r), sender: a.uri, receiver: b.uri}) AS interactions
}
CALL (me) {
  MATCH (a:Address)-[r:KEPT]->(b:Address)
  WHERE EXISTS { (a)-[:OF]->(me) } OR EXISTS { (b)-[:OF]->(me) }
  RETURN collect({facts: properties(r), sender: a.uri, receiver: b.uri}) AS kept
}
CALL (me) {
  MATCH (me)-[r]->(p:Person)
  RETURN collect({facts: properties(r), kind: type(r), other: p.id}) AS ties
}
CALL (me) {
  MATCH (p:Person)-[r]->(me)
  RETURN collect({name: p.name, kind: type(r), days: r.days}) AS known_by
}
CALL (me) {
  MATCH (a:Address)-[r]->(me)
  RETURN collect({facts: properties(a), of: properties(r), kind: type(r)}) AS addresses
}
RETURN properties(me) AS person, interactions, kept, ties, known_by, addresses
