// Takes far longer than any time limit.
// mode: read
// params: -
// returns: n
UNWIND range(1, 100000) AS x
UNWIND range(1, 100000) AS y
WITH x, y
WHERE (x * y) % 7 = 3
RETURN count(*) AS n
