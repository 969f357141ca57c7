-- claim_key: begin what comes under an idempotency key, or learn what stands.
SELECT * FROM claim_key(p_company_id => $1, p_key_hash => $2, p_payload_hash => $3)
