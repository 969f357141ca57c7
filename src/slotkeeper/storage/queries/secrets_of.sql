-- secrets_of: the newest two, so that a secret can be rotated without a gap.
SELECT secret FROM signing_secrets WHERE company_id = $1 AND platform = $2
ORDER BY id DESC LIMIT 2
