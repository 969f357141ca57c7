-- callback list: read who waits to be called back, the oldest first; with $2 also who was called
-- back, the last first.
SELECT c.id, c.call_id, c.customer_name, c.customer_phone, c.reason, c.requested_at, c.done_at
FROM callbacks c
WHERE c.company_id = $1 AND (c.done_at IS NULL OR $2)
ORDER BY c.done_at DESC NULLS FIRST, c.id LIMIT $3
