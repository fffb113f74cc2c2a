// How many transactions wait for a lock that another one has.
// mode: read
// params: -
// returns: transactions
SHOW TRANSACTIONS YIELD status
WHERE status STARTS WITH 'Blocked'
RETURN count(*) AS transactions
