-- holds_hit: how many live holds take a calendar at some moment of [$3, $4).
SELECT count(DISTINCT r.caller_token) AS holds
FROM appointment_reservations r
WHERE r.company_id = $1 AND r.calendar_id = $2 AND r.blocks AND r.status = 'active'
  AND r.expires_at > coalesce($5::timestamptz, clock_timestamp())
  AND r.start_time < $4 AND r.start_time > $3::timestamptz - interval '12 hours'
  AND r.end_time > $3
