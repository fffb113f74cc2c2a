// The bare round trip to compare with.
RETURN 1 AS one
