// Tells what storing one batch would do, and writes nothing.
// mode: read
// params: addresses, pairs, events, sharing, closed
// returns: known, changed, expired, suppressed, same, strangers
UNWIND $addresses AS x
OPTIONAL MATCH (a:Address {key: x.key}) USING INDEX SEEK a:Address(key)
OPTIONAL MATCH (a)-[:OF]->(p:Person)
WITH x, a, p ORDER BY x.n
WITH collect({address: a, person: p.id, open: coalesce(a.sharing, $sharing) AND NOT x.key IN $closed, colleague: coalesce(p:Colleague, x.own)}) AS ends
CALL (ends) {
  UNWIND $pairs AS g
  WITH g, ends[g.a] AS a, ends[g.b] AS b
  WHERE a.open AND b.open AND (a.colleague OR b.colleague) AND coalesce(a.person <> b.person, true)
  WITH g, a.address AS a, b.address AS b
  CALL (g, a, b) {
    MATCH (b)-[old:INTERACTED]-(a)
    WITH old, $events[coalesce(g.there[old.id], g.back[old.id])] AS e
    WHERE e IS NOT NULL
    WITH old, [e.rev, e.weight = 0.0, e.tier, e.weight, e.at, e.channel, coalesce(e.placed, false)]
            > [old.rev, old.weight = 0.0, old.tier, old.weight, old.at, old.channel, coalesce(old.placed, false)] AS newer
    RETURN collect(old.id) AS known, collect(CASE WHEN newer THEN old.id END) AS changed
  }
  WITH g, known, changed, [c IN [a.collect_from, b.collect_from] WHERE c IS NOT NULL] AS since
  WITH known, changed,
       [id IN keys(g.there) WHERE NOT id IN known AND any(c IN since WHERE $events[g.there[id]].at < c)]
     + [id IN keys(g.back) WHERE NOT id IN known AND any(c IN since WHERE $events[g.back[id]].at < c)] AS expired
  RETURN collect(known) AS known, collect(changed) AS changed, collect(expired) AS expired
}
RETURN known, changed, expired,
       [n IN range(0, size($pairs) - 1) WHERE NOT (ends[$pairs[n].a].open AND ends[$pairs[n].b].open)] AS suppressed,
       [n IN range(0, size($pairs) - 1)
        WHERE ends[$pairs[n].a].person = ends[$pairs[n].b].person] AS same,
       [n IN range(0, size($pairs) - 1)
        WHERE NOT (ends[$pairs[n].a].colleague OR ends[$pairs[n].b].colleague)] AS strangers
