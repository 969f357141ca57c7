-- appointments_of_call: read what a call has booked, the oldest first.
SELECT * FROM core.appointments_of_call(p_company_id => $1, p_call_id => $2, p_limit => $3)
