-- revoke_secret: forget a secret that a platform signs with.
SELECT core.revoke_secret(p_company_id => $1, p_platform => $2, p_fingerprint => $3, p_clear => $4)
    AS is_revoked
