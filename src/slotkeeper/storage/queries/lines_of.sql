-- lines_of: a company's telephone lines, as hashes.
SELECT key_hash FROM directory WHERE company_id = $1 AND kind = 'line' AND revoked_at IS NULL
