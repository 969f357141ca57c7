-- give_up_lines: what a company's file no longer names is free for others.
UPDATE directory SET revoked_at = clock_timestamp()
WHERE company_id = $1 AND kind = 'line' AND key_hash = ANY ($2)
