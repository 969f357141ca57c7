-- claim_key: begin a request under an idempotency key, or learn how an earlier one stands.
SELECT * FROM core.claim_key(p_company_id => $1, p_key_hash => $2, p_payload_hash => $3)
