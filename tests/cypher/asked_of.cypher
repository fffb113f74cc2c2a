// How many introductions a scan of all their ends finds of each address.
MATCH (:Introduction)-[r]->(a:Address)
RETURN a.uri AS uri, count(r) AS asked ORDER BY uri
