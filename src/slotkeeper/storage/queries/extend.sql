-- extend: move the expiry of a token's or a call's holds.
SELECT * FROM core.extend(p_company_id => $1, p_token => $2, p_call_id => $3, p_ttl_s => $4,
                          p_now => $5, p_topic => $6::jsonb)
