// How many companies there are.
MATCH (c:Company)
RETURN count(c) AS firms
