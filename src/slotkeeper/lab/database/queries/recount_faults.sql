-- metrics verify: all that broke for a company, a page at a time; $2 is the last id seen.
SELECT o.id, substr(o.kind, length('fault.') + 1) AS kind, o.created_at AS happened_at
FROM outbox o
WHERE o.company_id = $1 AND o.kind LIKE 'fault.%' AND o.id > $2 ORDER BY o.id LIMIT $3
