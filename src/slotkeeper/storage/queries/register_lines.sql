-- register_lines: take these lines for a company, also those that another one has given up. A line
-- of another company stays with it and is not returned. Ordered, so that two loads cannot wait for
-- each other.
INSERT INTO directory (kind, key_hash, company_id, prefix)
SELECT 'line', h.key_hash, $1, h.label
FROM unnest($2::bytea[], $3::text[]) AS h (key_hash, label) ORDER BY h.key_hash
ON CONFLICT (kind, key_hash) DO UPDATE
SET company_id = excluded.company_id, prefix = excluded.prefix, revoked_at = NULL,
    created_at = CASE WHEN directory.revoked_at IS NULL THEN directory.created_at ELSE now() END
WHERE directory.company_id = excluded.company_id OR directory.revoked_at IS NOT NULL
RETURNING key_hash
