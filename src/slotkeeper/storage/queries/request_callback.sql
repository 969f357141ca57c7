-- request_callback: note that a customer wants to be called back, once a call.
SELECT id, call_id, customer_name, customer_phone, reason, requested_at, done_at
FROM core.request_callback(p_company_id => core.by($actor, $1::bigint),
                           p_call_id => $2, p_customer_name => $3,
                           p_customer_phone => $4, p_reason => $5, p_now => $6)
