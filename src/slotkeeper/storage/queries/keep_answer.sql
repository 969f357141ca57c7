-- keep_answer: settle a request under its key; returns the answer that stands.
SELECT * FROM core.keep_answer(p_company_id => $1, p_key_hash => $2, p_payload_hash => $3,
                               p_answer => $4, p_http_status => $5)
