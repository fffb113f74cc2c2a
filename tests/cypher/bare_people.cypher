// The bare form to compare with: the same addresses and people, of whom each has one address.
UNWIND $rows AS r
CREATE (a:Address)
SET a = r.address
CREATE (p:Person)
SET p = r.person
FOREACH (_ IN CASE WHEN r.colleague THEN [1] ELSE [] END | SET p:Colleague)
FOREACH (_ IN CASE WHEN r.colleague THEN [] ELSE [1] END | SET p:Contact)
CREATE (a)-[:OF]->(p)
