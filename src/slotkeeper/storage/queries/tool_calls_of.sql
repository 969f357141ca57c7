-- call explain: read a call's tool calls in their order.
SELECT t.call_id, t.channel, t.tool, t.arguments, t.understood, t.status, t.answer, t.answered_at,
       t.took_ms, t.cohort, t.wish, t.told_free, t.told_free_staff, t.refused_start,
       t.refused_staff_id, t.reason, t.service_id, t.compound
FROM tool_calls t
WHERE t.company_id = $1 AND t.call_id = $2 ORDER BY t.answered_at, t.id LIMIT $3
