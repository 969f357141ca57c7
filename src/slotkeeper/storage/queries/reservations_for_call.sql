-- reservations_for_call: read all that a call has held, the oldest first.
SELECT * FROM core.reservations_of_call(p_company_id => $1, p_call_id => $2, p_limit => $3)
