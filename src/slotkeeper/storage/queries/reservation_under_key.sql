-- reservation_under_key: claim an idempotency key and read a reservation, in one statement. Without
-- the claim, or the reservation, its columns are NULL.
SELECT k.state, k.answer, k.http_status, r.*, clock_timestamp() AS read_at
FROM core.claim_key(p_company_id => $1, p_key_hash => $3, p_payload_hash => $4) k
LEFT JOIN core.find_reservation(p_company_id => $1, p_token => $2) r ON k.state = 'claimed'
