-- give_up_lines: free these lines of a company for others.
UPDATE directory SET revoked_at = clock_timestamp()
WHERE company_id = $1 AND kind = 'line' AND key_hash = ANY ($2) AND revoked_at IS NULL
RETURNING prefix AS label, created_at
