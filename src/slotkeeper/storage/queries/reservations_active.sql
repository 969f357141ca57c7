-- reservations_active: read the active reservations that are not past their expiry, the first to
-- expire first.
SELECT w.*, clock_timestamp() AS read_at FROM core.whole_reservations w
WHERE w.company_id = $1 AND w.status = 'active' AND w.expires_at > coalesce($2, clock_timestamp())
ORDER BY w.expires_at LIMIT $3
