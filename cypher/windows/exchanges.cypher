// Tells which of some pairs of people had direct contact in the milliseconds that follow an instant of theirs.
// mode: read
// params: pairs, within, small_mail, small_meeting
// returns: met
UNWIND $pairs AS g
MATCH (a:Address {key: g.a})-[:OF]->(u:Person) USING INDEX SEEK a:Address(key)
CALL (g) { // apart, or the two look-ups are multiplied
  MATCH (b:Address {key: g.b})-[:OF]->(v:Person) USING INDEX SEEK b:Address(key)
  RETURN v
}
CALL (g, u, v) {
  MATCH (u)<-[:OF]-(au:Address)
  MATCH (v)<-[:OF]-(av:Address)
  WITH g, au, av
  MATCH (av)-[i:INTERACTED]-(au)
  WHERE g.at < i.at AND i.at <= g.at + $within
    AND i.weight >= CASE i.channel WHEN 'email' THEN $small_mail ELSE $small_meeting END
  RETURN count(i) AS contacts
}
WITH g, contacts
WHERE contacts > 0
RETURN collect(g.n) AS met
