-- reservations_for_time_range: read the reservations of any status that have a segment within [$2,
-- $3).
SELECT w.*, clock_timestamp() AS read_at FROM core.whole_reservations w
WHERE w.company_id = $1 AND w.token IN (
    SELECT r.caller_token
    FROM appointment_reservations r
    WHERE r.company_id = $1 AND r.start_time < $3
      AND r.start_time > $2::timestamptz - core.longest_claim()
      AND r.end_time > $2)
ORDER BY w.first_id LIMIT $4
