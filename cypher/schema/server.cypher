// Tells what server this is and what time it has, in epoch milliseconds.
// mode: read
// params: -
// returns: version, edition, now
CALL dbms.components() YIELD name, versions, edition
WITH name, versions, edition
WHERE name = 'Neo4j Kernel'
RETURN versions[0] AS version, edition, datetime.realtime().epochMillis AS now
LIMIT 1
