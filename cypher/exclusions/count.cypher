// Counts records that were excluded, by reason.
// mode: write
// params: counts, now
// returns: reasons
UNWIND $counts AS x // sorted by reason: a lock order
MERGE (n:Excluded {reason: x.reason})
  ON CREATE SET n.records = 0
SET n.records = n.records + x.records, n.last = $now
RETURN count(n) AS reasons
