-- directory_keys: list a company's API keys by their first characters, the oldest first.
SELECT prefix, created_at, revoked_at, scopes, expires_at, last_used_at FROM directory
WHERE company_id = $1 AND kind = 'api_key' ORDER BY created_at
