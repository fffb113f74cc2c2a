// All that an address node holds, and how many edges touch it.
MATCH (a:Address {key: $key})
RETURN properties(a) AS facts, COUNT { (a)--() } AS edges
