-- check_customer: read what was booked for a number, the latest start first.
SELECT * FROM core.appointments_of_phone(p_company_id => $1, p_phone => $2, p_limit => $3)
