-- directory_revoke: revoke a company's API key by its first characters.
UPDATE directory SET revoked_at = now()
WHERE company_id = $1 AND kind = 'api_key' AND prefix = $2 AND revoked_at IS NULL RETURNING prefix
