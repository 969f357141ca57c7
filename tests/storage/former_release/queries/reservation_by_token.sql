-- A reservation by its caller's token, and the clock to judge it by.
SELECT w.*, clock_timestamp() AS read_at FROM whole_reservations w
WHERE w.company_id = $1 AND w.token = $2
