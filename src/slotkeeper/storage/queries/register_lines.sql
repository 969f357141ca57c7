-- register_lines: one of another company stays with it and is not returned; one that its company
-- has given up may be taken. In one order, so that two loads cannot wait for each other.
INSERT INTO directory (kind, key_hash, company_id)
SELECT 'line', h.key_hash, $1 FROM unnest($2::bytea[]) AS h (key_hash) ORDER BY h.key_hash
ON CONFLICT (kind, key_hash) DO UPDATE
SET company_id = excluded.company_id, created_at = now(), revoked_at = NULL
WHERE directory.company_id = excluded.company_id OR directory.revoked_at IS NOT NULL
RETURNING key_hash
