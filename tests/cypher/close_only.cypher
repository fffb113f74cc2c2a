// Closes the gate of an address and leaves everything else as it is: an opt-out that was killed right after it.
// mode: write
// params: key
// returns: sharing
MATCH (a:Address {key: $key})
SET a.sharing = false
RETURN a.sharing AS sharing
