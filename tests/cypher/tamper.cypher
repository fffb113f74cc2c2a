// Changes the recorded checksum of a migration.
MATCH (m:Migration {version: $version})
SET m.checksum = $checksum
