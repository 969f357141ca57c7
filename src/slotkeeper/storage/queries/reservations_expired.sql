-- reservations_expired: read the reservations that are past their expiry, also those that no
-- worker has expired yet, the last to expire first.
SELECT w.*, clock_timestamp() AS read_at FROM core.whole_reservations w
WHERE w.company_id = $1
  AND (w.status = 'expired'
       OR (w.status = 'active' AND w.expires_at <= coalesce($2, clock_timestamp())))
ORDER BY w.expires_at DESC LIMIT $3
