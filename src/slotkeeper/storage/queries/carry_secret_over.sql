-- carry_secret_over: keep a secret sealed that still stands in clear.
SELECT core.carry_secret_over(
    p_company_id => $1, p_clear_id => $2, p_fingerprint => $3, p_sealed => $4)
