-- appointments_listed: read the appointments that start within [$2, $3), the earliest first.
SELECT a.* FROM core.known_appointments a
WHERE a.company_id = $1 AND a.starts_at >= $2 AND a.starts_at < $3
ORDER BY a.starts_at, a.id LIMIT $4
