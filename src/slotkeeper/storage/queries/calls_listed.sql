-- call list: read the newest calls. A call id that we made of an idempotency key is no call.
SELECT c.call_id, c.channel, c.first_seen_at, c.started_at, c.ended_at, c.analyzed_at,
       c.disconnection_reason, c.holds_made
FROM calls c
WHERE c.company_id = $1 AND c.call_id NOT LIKE 'key:%' ORDER BY c.first_seen_at DESC LIMIT $2
