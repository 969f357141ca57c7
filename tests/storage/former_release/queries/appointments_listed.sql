-- A company's appointments that start within [$2, $3), in their order.
SELECT a.* FROM appointments a
WHERE a.company_id = $1 AND a.starts_at >= $2 AND a.starts_at < $3
ORDER BY a.starts_at, a.id LIMIT $4
