// Records that a migration was applied.
// mode: write
// params: version, name, checksum, now
// returns: version
MERGE (m:Migration {version: $version})
  ON CREATE SET m.name = $name, m.checksum = $checksum, m.at = $now
RETURN m.version AS version
