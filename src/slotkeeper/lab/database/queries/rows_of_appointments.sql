-- rows_of_appointments: read a page of a company's appointments; $2 is the last id before it.
SELECT a.id, a.reservation_token, a.status, a.starts_at, a.ends_at, a.booked_at, a.cancelled_at,
       a.staff_id, a.service_id, a.party AS person, a.call_id
FROM appointments a
WHERE a.company_id = $1 AND a.id > $2 ORDER BY a.id LIMIT $3
