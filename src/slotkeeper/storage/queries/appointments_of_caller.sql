-- check_customer, get_customer_appointments, cancel, reschedule: read what a caller may mean, count
-- what it is compared with, and renew what the call holds.
SELECT * FROM core.appointments_of_caller(
    p_company_id => $1, p_call_id => $2, p_caller => $3, p_facts => $4, p_starts => $5,
    p_names => $6, p_cancelled_for_s => $7, p_limit => $8, p_ttl_s => $9, p_now => $10)
