-- metrics verify: read a page of a company's reservation rows; $2 is the last id before it.
SELECT r.id, r.caller_token, r.status, r.staff_id, r.start_time, r.end_time, r.is_compound,
       r.reserved_at, r.expires_at, r.ended_at, r.end_reason, r.offer_id, r.origin,
       r.part_number
FROM appointment_reservations r
WHERE r.company_id = $1 AND r.id > $2 ORDER BY r.id LIMIT $3
