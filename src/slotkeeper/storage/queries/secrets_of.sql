-- secrets_of: what a platform may sign with, the newest first.
SELECT secret FROM core.secrets_of(p_company_id => $1, p_platform => $2) AS secret
