-- news_since: the newest of these companies' reservations that were made or ended since then. No hold
-- gets older than an hour, which bounds what is read by the index on (company_id, reserved_at).
SELECT r.id, r.company_id, c.slug AS company, r.caller_token AS token, r.status, r.announced, r.origin,
       r.is_compound, r.service_id, s.name AS service, r.staff_id, r.offer_id, r.call_id, r.channel,
       r.reserved_at, r.ended_at, r.end_reason
FROM appointment_reservations r
JOIN companies c ON c.id = r.company_id
JOIN services s ON s.company_id = r.company_id AND s.id = r.service_id
WHERE r.company_id = ANY ($1) AND r.segment_number = 1 AND r.staff_id IS NOT NULL
  AND r.origin <> 'move'
  AND r.reserved_at >= $2::timestamptz - interval '1 hour'
  AND (r.reserved_at >= $2 OR r.ended_at >= $2)
ORDER BY r.reserved_at DESC, r.id DESC LIMIT $3
