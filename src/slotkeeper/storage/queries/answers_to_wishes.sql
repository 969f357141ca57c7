-- rollout report: read a page of the answers to wishes from $2 on, the newest first; ($3, $4) is
-- the last row of the page before. told_free_at is when the call last heard that the start which is
-- refused or booked here is free.
SELECT t.id, t.call_id, t.cohort, t.wish, t.status, t.answered_at, t.told_free <> '{}' AS told_free,
       t.refused_start, t.refused_staff_id AS staff_id, t.reason, t.service_id, t.compound, s.start,
       (SELECT max(b.answered_at) FROM core.named_free_before(
            t.company_id, t.call_id, t.answered_at, t.service_id,
            coalesce(t.refused_start, CASE WHEN t.status = 'booked' THEN s.start END),
            t.refused_staff_id) b) AS told_free_at
FROM tool_calls t, LATERAL (SELECT (t.answer ->> 'start')::timestamptz AS start) s
WHERE t.company_id = $1 AND t.answered_at >= $2 AND (t.answered_at, t.id) < ($3, $4)
  AND t.wish IS NOT NULL AND t.cohort IS NOT NULL
ORDER BY t.answered_at DESC, t.id DESC LIMIT $5
