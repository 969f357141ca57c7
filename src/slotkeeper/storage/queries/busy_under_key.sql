-- busy_under_key: claim an idempotency key and read what is busy, in one statement. Without the
-- claim the columns of what is busy are NULL.
SELECT k.state, k.answer, k.http_status, b.*
FROM core.claim_key(p_company_id => $1, p_key_hash => $14, p_payload_hash => $15) k
LEFT JOIN core.busy(p_company_id => $1, p_calendar_ids => $2, p_from => $3, p_to => $4,
                    p_call_id => $5, p_persons => $6, p_moving_ids => $7,
                    p_moving_parts => $8, p_caller => $9, p_wished_at => $10,
                    p_named_until => $11, p_now => $12, p_caller_hash => $13) b
       ON k.state = 'claimed'
