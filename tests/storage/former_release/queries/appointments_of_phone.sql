-- check_customer, get_customer_appointments: what a number has booked, the latest first.
SELECT a.* FROM appointments a
WHERE a.company_id = $1 AND a.customer_phone = $2 ORDER BY a.starts_at DESC LIMIT $3
