// Lists the ties of colleagues to contacts that are known two ways, by names.
// mode: read
// params: -
// returns: colleague, contact
MATCH (c:Colleague)-[k:KNOWS {two_way: true}]->(t:Contact)
WHERE NOT t:Colleague
RETURN c.name AS colleague, t.name AS contact
ORDER BY colleague, contact
