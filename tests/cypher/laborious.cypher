// A write that takes far longer than any time limit before it writes.
// mode: write
// params: -
// returns: n
UNWIND range(1, 100000) AS x
UNWIND range(1, 100000) AS y
WITH x, y
WHERE (x * y) % 7 = 3
WITH count(*) AS n
CREATE (written:Strange {n: n})
RETURN written.n AS n
