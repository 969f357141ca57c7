-- rows_of_reservations: read a page of a company's reservation rows; $2 is the last id before it.
SELECT r.id, r.caller_token, r.status, r.blocks, r.calendar_id, r.staff_id, r.service_id,
       r.start_time, r.end_time, r.buffer_before_min, r.buffer_after_min, r.segment_number,
       r.total_segments, r.reserved_at, r.expires_at, r.ended_at, r.end_reason, r.updated_at,
       r.call_id, r.offer_id, r.person, r.part_number, r.dropped_at,
       r.converted_to_appointment_id, r.origin, r.replaced_by_token, r.took_over,
       r.made_xid
FROM appointment_reservations r
WHERE r.company_id = $1 AND r.id > $2 ORDER BY r.id LIMIT $3
