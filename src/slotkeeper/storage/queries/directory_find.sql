-- directory_find: read which company a key, line or slug belongs to, before any company is known.
SELECT company_id FROM directory WHERE kind = $1 AND key_hash = $2 AND revoked_at IS NULL
