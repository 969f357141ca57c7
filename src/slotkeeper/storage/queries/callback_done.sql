-- callback done: mark that somebody has called back; no row where it was done already, or where
-- nobody asked.
UPDATE callbacks SET done_at = clock_timestamp()
WHERE company_id = $1 AND id = $2 AND done_at IS NULL RETURNING id
