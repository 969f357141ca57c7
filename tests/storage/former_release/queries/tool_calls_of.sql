-- call explain: a call's tool calls in their order.
SELECT t.* FROM tool_calls t
WHERE t.company_id = $1 AND t.call_id = $2 ORDER BY t.answered_at, t.id LIMIT $3
