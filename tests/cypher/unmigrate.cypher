// As if a migration had not been applied.
MATCH (m:Migration {version: $version})
DELETE m
