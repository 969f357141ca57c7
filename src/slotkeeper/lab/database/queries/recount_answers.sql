-- metrics verify: read a page of a company's answers to tool calls; $2 is the last id before it.
SELECT t.id, t.call_id, t.answered_at, t.service_id, t.told_free, t.told_free_staff,
       t.refused_start, t.refused_staff_id, t.reason
FROM tool_calls t
WHERE t.company_id = $1 AND t.id > $2 ORDER BY t.id LIMIT $3
