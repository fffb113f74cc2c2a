// The bare form to compare with: addresses and nothing else.
UNWIND $keys AS key
MERGE (:Address {key: key})
