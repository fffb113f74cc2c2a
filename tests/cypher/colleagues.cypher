// The keys of the addresses of colleagues.
// mode: read
// params: -
// returns: key
MATCH (a:Address)-[:OF]->(:Colleague)
RETURN a.key AS key
