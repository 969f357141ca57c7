-- add_key: register an API key of a company.
INSERT INTO directory (kind, key_hash, company_id, prefix, scopes, expires_at)
VALUES ('api_key', $1, $2, $3, $4, $5)
