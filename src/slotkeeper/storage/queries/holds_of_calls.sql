-- rollout report: read which starts these calls held, and until when; bookings at once held
-- nothing.
SELECT r.call_id, r.service_id, r.staff_id,
       r.start_time + make_interval(mins => r.buffer_before_min) AS start,
       least(r.expires_at, r.ended_at) AS until
FROM appointment_reservations r
WHERE r.company_id = $1 AND r.call_id = ANY ($2)
  AND r.segment_number = 1 AND r.staff_id IS NOT NULL AND r.origin = 'reserve'
