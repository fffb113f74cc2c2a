// The transactions that run beside this one.
// mode: read
// params: -
// returns: id, query
SHOW TRANSACTIONS YIELD transactionId AS id, currentQuery AS query
WHERE NOT query STARTS WITH '// The transactions that run beside this one.'
RETURN id, query
