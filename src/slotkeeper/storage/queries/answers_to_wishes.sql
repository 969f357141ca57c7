-- rollout report: answers to wishes from $2 on, the newest first, after those at ($3, $4); a page.
SELECT t.id, t.call_id, t.cohort, t.wish, t.status, t.answered_at, t.told_free, t.told_free_staff,
       t.refused_start, t.refused_staff_id, t.reason, t.service_id, t.compound,
       t.answer ->> 'start' AS start
FROM tool_calls t
WHERE t.company_id = $1 AND t.answered_at >= $2 AND (t.answered_at, t.id) < ($3, $4)
  AND t.wish IS NOT NULL AND t.cohort IS NOT NULL
ORDER BY t.answered_at DESC, t.id DESC LIMIT $5
