-- directory_keys: list a company's API keys by their first characters, the oldest first.
SELECT prefix, created_at, revoked_at FROM directory
WHERE company_id = $1 AND kind = 'api_key' ORDER BY created_at
