// Takes everybody but Ola out of the village's third company.
MATCH (a:Address)-[:OF]->(p:Person)-[:WORKS_AT]->(c:Company)<-[:OF]-(:Domain {name: 'fjord.example'})
WHERE NOT a.uri STARTS WITH 'mailto:ola@'
  AND NOT EXISTS { (p)<-[:OF]-(:Address {uri: 'mailto:ola@fjord.example'}) }
DETACH DELETE a, p
