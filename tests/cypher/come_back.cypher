// Opens the gate of an address again, as somebody does who comes back just now; the transaction holds the lock.
// mode: write
// params: key
// returns: sharing
MATCH (a:Address {key: $key})
SET a.sharing = true
RETURN a.sharing AS sharing
