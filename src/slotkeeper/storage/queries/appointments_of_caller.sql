-- get_customer_appointments, cancel, reschedule: read what a caller has booked, and renew what the
-- call holds.
SELECT * FROM core.appointments_of_caller(p_company_id => $1, p_call_id => $2, p_phone => $3,
                                          p_limit => $4, p_ttl_s => $5, p_now => $6)
