-- news_due: lock what is to be told of a company's reservations, the oldest first. Waits for nobody:
-- what is locked, by a caller or by another worker, is news for the next round.
SELECT r.id, r.company_id, c.slug AS company, r.caller_token AS token, r.status, r.announced, r.origin,
       r.is_compound, r.service_id, s.name AS service, r.staff_id, r.offer_id, r.call_id, r.channel,
       r.reserved_at, r.ended_at, r.end_reason
FROM appointment_reservations r
JOIN companies c ON c.id = r.company_id
JOIN services s ON s.company_id = r.company_id AND s.id = r.service_id
WHERE r.company_id = $1 AND r.segment_number = 1 AND r.staff_id IS NOT NULL
  AND (r.announced = 0 OR (r.announced = 1 AND r.status <> 'active'))
ORDER BY r.id LIMIT $2 FOR UPDATE OF r SKIP LOCKED
