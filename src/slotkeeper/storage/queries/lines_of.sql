-- lines_of: list a company's telephone lines as hashes, with their labels, the oldest first.
SELECT key_hash, prefix AS label, created_at FROM directory
WHERE company_id = $1 AND kind = 'line' AND revoked_at IS NULL ORDER BY created_at, key_hash
