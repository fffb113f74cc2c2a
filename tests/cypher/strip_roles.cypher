// Makes every key one of before keys had roles.
MATCH (k:Key) REMOVE k.roles
