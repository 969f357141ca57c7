-- keep_answer: what came of a request under its key; the answer that stands.
SELECT * FROM keep_answer(p_company_id => $1, p_key_hash => $2, p_payload_hash => $3,
                          p_answer => $4, p_http_status => $5)
