-- directory_add: only for a company that exists; a taken key stays with its owner.
INSERT INTO directory (kind, key_hash, company_id, prefix) VALUES ($1, $2, $3, $4)
ON CONFLICT (kind, key_hash) DO NOTHING RETURNING company_id
