// People with an address each, colleagues or contacts.
UNWIND range($from, $until - 1) AS n
CREATE (:Address {key: $kind + n, uri: 'mailto:' + $kind + n, sharing: true, collect_from: 0, seen: 0})
       -[:OF]->(p:Person {id: $kind + n, seen: 0})
FOREACH (_ IN CASE $kind WHEN 'a' THEN [1] ELSE [] END | SET p:Colleague, p.from = 0, p.until = 2932896)
FOREACH (_ IN CASE $kind WHEN 'a' THEN [] ELSE [1] END | SET p:Contact, p.lead = false)
