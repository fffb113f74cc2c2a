// As if retention had folded what two addresses had with each other.
MATCH (a:Address {key: $key}), (b:Address {key: $other})
CREATE (a)-[:KEPT {pair: a.key + b.key}]->(b)
