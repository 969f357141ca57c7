-- appointments_hit: the appointments that take a calendar at some moment of [$3, $4). 12 hours is
-- the longest segment that a constraint allows.
SELECT a.* FROM appointments a
WHERE a.company_id = $1 AND a.id IN (
    SELECT r.converted_to_appointment_id FROM appointment_reservations r
    WHERE r.company_id = $1 AND r.calendar_id = $2 AND r.blocks AND r.status = 'converted'
      AND r.start_time < $4 AND r.start_time > $3::timestamptz - interval '12 hours'
      AND r.end_time > $3)
ORDER BY a.starts_at, a.id LIMIT $5
