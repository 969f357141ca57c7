-- secrets_of: read the two newest secrets that a platform signs with, the newest first.
SELECT secret FROM core.secrets_of(p_company_id => $1, p_platform => $2) AS secret
