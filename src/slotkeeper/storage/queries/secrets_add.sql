-- secrets_add: one more secret that a platform may sign with.
INSERT INTO signing_secrets (company_id, platform, secret) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING
