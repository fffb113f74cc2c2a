// The bare form to compare with: the same edges under the same constraint, without gate, freshness or ties.
UNWIND $rows AS r
MATCH (f:Address {key: r.sender})
MATCH (t:Address {key: r.receiver})
CREATE (f)-[:INTERACTED {id: r.id, at: r.at, day: r.day, channel: r.channel, weight: r.weight, tier: r.tier, source: r.source, rev: r.rev}]->(t)
