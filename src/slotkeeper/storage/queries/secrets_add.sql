-- secrets_add: accept one more secret that a platform signs with.
INSERT INTO signing_secrets (company_id, platform, secret) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING
