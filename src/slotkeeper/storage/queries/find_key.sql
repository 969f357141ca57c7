-- find_key: read whose an API key is and what it may do, before any company is known.
SELECT company_id, scopes FROM directory
WHERE kind = 'api_key' AND key_hash = $1 AND revoked_at IS NULL
  AND (expires_at IS NULL OR expires_at > now())
