// Tells whether a directory has listed anybody, and how many mails nobody will try again.
// mode: read
// params: -
// returns: listed, dead
RETURN EXISTS { MATCH (p:Person) WHERE p.id > '' AND p.listed IS NOT NULL } AS listed, // an index seek
       COUNT { MATCH (m:Mail) WHERE m.id > '' AND m.state = 'dead' } AS dead // and another one
LIMIT 1
