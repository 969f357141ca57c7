-- What a call has booked.
SELECT a.* FROM appointments a JOIN (
    SELECT DISTINCT r.converted_to_appointment_id AS id FROM appointment_reservations r
    WHERE r.company_id = $1 AND r.call_id = $2 AND r.status = 'converted'
) mine USING (id)
WHERE a.company_id = $1 ORDER BY a.id LIMIT $3
