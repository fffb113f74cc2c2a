// One mail between a colleague and each of some contacts.
MATCH (a:Address {key: 'a' + $colleague})
UNWIND $rows AS r
MATCH (b:Address {key: 'b' + r.contact})
CREATE (a)-[:INTERACTED {id: r.id, at: r.day * 86400000, day: r.day, channel: 'email', weight: 1.0, tier: 'enhanced',
                         source: 'bench', rev: 0}]->(b)
