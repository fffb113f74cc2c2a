// Tells who is behind an address key or an id: the keys of their addresses, their ids in a CRM, and whether they are a colleague.
// mode: read
// params: key, id, day
// returns: person, keys, crm, colleague
OPTIONAL MATCH (a:Address {key: $key})-[:OF]->(p:Person) USING INDEX SEEK a:Address(key)
OPTIONAL MATCH (t:Person {id: $id}) USING INDEX SEEK t:Person(id)
WITH coalesce(p, t) AS p LIMIT 1
RETURN p.id AS person,
       COLLECT { MATCH (p)<-[:OF]-(x:Address) RETURN x.key ORDER BY x.key LIMIT 10000 } AS keys,
       COLLECT { MATCH (p)<-[:OF]-(x:Address) WHERE x.uri STARTS WITH 'crm:' RETURN x.uri AS uri ORDER BY uri LIMIT 10000 } AS crm,
       p:Colleague AND p.from <= $day AND $day < p.until AS colleague
