-- All that a call has held, the oldest first.
SELECT w.*, clock_timestamp() AS read_at FROM whole_reservations w
WHERE w.company_id = $1 AND w.call_id = $2
ORDER BY w.first_id LIMIT $3
