// Lists the transactions that run now, this one among them.
// mode: read
// params: -
// returns: ids
SHOW TRANSACTIONS YIELD transactionId
RETURN collect(transactionId) AS ids
