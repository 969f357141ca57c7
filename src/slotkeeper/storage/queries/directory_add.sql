-- directory_add: register a key for a company that exists; a key that is taken stays with its
-- owner, and no row is returned.
INSERT INTO directory (kind, key_hash, company_id, prefix) VALUES ($1, $2, $3, $4)
ON CONFLICT (kind, key_hash) DO NOTHING RETURNING company_id
