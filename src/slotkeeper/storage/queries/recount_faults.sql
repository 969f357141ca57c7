-- metrics verify: all that broke for a company, a page at a time; $2 is the last id seen.
SELECT f.id, f.kind, f.happened_at
FROM faults f
WHERE f.company_id = $1 AND f.id > $2 ORDER BY f.id LIMIT $3
