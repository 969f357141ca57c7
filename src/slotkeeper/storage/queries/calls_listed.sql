-- call list: the newest calls.
SELECT c.* FROM calls c WHERE c.company_id = $1 ORDER BY c.first_seen_at DESC LIMIT $2
