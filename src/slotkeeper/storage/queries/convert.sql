-- convert: turn a live reservation into an appointment.
SELECT c.outcome, c.appointments, c.end_reason
FROM core.convert(p_company_id => core.by($actor, $1::bigint),
                  p_token => $2, p_call_id => $3, p_customer_name => $4,
                  p_customer_phone => $5, p_reacquire => $6, p_now => $7,
                  p_caller => $8, p_known => $9) c
