// Tells what other channel weights would make of the ties of some colleagues, as of a day.
// mode: read
// params: colleagues, weights, formula, f, s, k, strong, familiar, limit
// returns: ties, kept, levels, moves
UNWIND $colleagues AS id
MATCH (c:Person {id: id}) USING INDEX SEEK c:Person(id)
CALL (c) {
  CALL (c) {
    MATCH (c)<-[:OF]-(ac:Address)
    MATCH (ac)-[i:INTERACTED]-(ap:Address)
    WHERE i.weight > 0
    WITH ac, i, ap
    MATCH (ap)-[:OF]->(p:Person)
    WHERE p <> c
    WITH p, startNode(i) = ac AS out, i.day AS day, i.channel AS channel, i.weight AS x, i.tier = 'enhanced' AS enhanced
    WITH p, out, day, channel, sum(CASE WHEN enhanced THEN x ELSE 0.0 END) AS xe, sum(CASE WHEN enhanced THEN 0.0 ELSE x END) AS xb
    WITH p, CASE WHEN out THEN 1.5 ELSE 1.0 END * sqrt($weights[channel] * CASE WHEN xe > 0 THEN xe ELSE xb END) AS w, day
    RETURN p, 0 AS older, sum(w * (2.0 ^ ((day - 19000) / 14.0) * $f + 2.0 ^ ((day - 19000) / 180.0) * $s)) AS sum
    UNION ALL
    MATCH (c)<-[:OF]-(ac:Address)
    MATCH (ac)-[o:KEPT]-(ap:Address)
    WITH ac, o, ap
    MATCH (ap)-[:OF]->(p:Person)
    WHERE p <> c
    RETURN p, CASE WHEN o.formulas = [$formula] THEN 0 ELSE 1 END AS older,
           CASE WHEN startNode(o) = ac THEN 1.5 ELSE 1.0 END * (o.fast * $f + o.slow * $s) AS sum
  }
  WITH p, sum(older) AS older, sum(sum) AS sum
  MATCH (p)<-[k:KNOWS]-(c)
  WITH p, k, older, sum / (sum + $k) AS strength, (k.fast * $f + k.slow * $s) / (k.fast * $f + k.slow * $s + $k) AS before
  RETURN p, older, strength, before,
         CASE WHEN NOT k.two_way THEN 'one-way' WHEN before >= $strong THEN 'strong'
              WHEN before >= $familiar THEN 'familiar' ELSE 'weak' END AS was,
         CASE WHEN NOT k.two_way THEN 'one-way' WHEN strength >= $strong THEN 'strong'
              WHEN strength >= $familiar THEN 'familiar' ELSE 'weak' END AS level
}
WITH c.id AS colleague, p.id AS person, older, strength, before, was, level
ORDER BY abs(strength - before) DESC, colleague, person
WITH count(*) AS ties, sum(CASE WHEN older > 0 THEN 1 ELSE 0 END) AS kept,
     collect(CASE WHEN was <> level THEN [was, level] END) AS levels,
     collect({colleague: colleague, person: person, was: was, level: level, before: before, strength: strength}) AS moves
RETURN ties, kept, levels, moves[..$limit] AS moves
LIMIT 1
