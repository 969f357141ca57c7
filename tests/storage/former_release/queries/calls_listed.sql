-- call list: the newest calls; wishes that only an idempotency key told apart are none.
SELECT c.* FROM calls c
WHERE c.company_id = $1 AND c.call_id NOT LIKE 'key:%' ORDER BY c.first_seen_at DESC LIMIT $2
