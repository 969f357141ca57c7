-- keep_secret: store a sealed secret as the newest of its platform.
SELECT core.keep_secret(
    p_company_id => $1, p_platform => $2, p_fingerprint => $3, p_sealed => $4, p_most => $5)
    AS is_kept
