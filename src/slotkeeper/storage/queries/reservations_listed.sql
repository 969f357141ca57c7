-- reservations_listed: read the newest reservations first, those of one status or call where it is
-- given.
SELECT w.*, clock_timestamp() AS read_at FROM core.whole_reservations w
WHERE w.company_id = $1 AND ($2::text IS NULL OR w.status = $2)
  AND ($3::text IS NULL OR w.call_id = $3)
ORDER BY w.first_id DESC LIMIT $4
