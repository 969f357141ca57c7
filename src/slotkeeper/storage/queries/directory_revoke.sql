-- directory_revoke: by the first characters, within one company.
UPDATE directory SET revoked_at = now()
WHERE company_id = $1 AND kind = 'api_key' AND prefix = $2 AND revoked_at IS NULL RETURNING prefix
