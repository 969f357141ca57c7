-- callback done: somebody has rung back; zero rows means it was done or never asked for.
UPDATE callbacks SET done_at = clock_timestamp()
WHERE company_id = $1 AND id = $2 AND done_at IS NULL RETURNING id
