-- secrets_of: read the secrets that a platform signs with, the newest first.
SELECT * FROM core.secrets_of(p_company_id => $1, p_platform => $2)
