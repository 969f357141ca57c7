-- whole_reservations: one row a reservation, its segments as arrays in their order. As the invoker,
-- so that the reader's own policies apply. All columns but the arrays are the same in every row of
-- a reservation, so grouping by them lets a filter reach the table's indexes.
CREATE VIEW whole_reservations WITH (security_invoker = true) AS
SELECT r.company_id, r.caller_token AS token, r.offer_id,
       r.status, r.service_id, r.call_id, r.channel, r.party, r.customer_name, r.customer_phone,
       r.reserved_at, r.expires_at, r.ended_at, r.end_reason,
       r.converted_to_appointment_id AS appointment_id, r.replaced_by_token,
       min(r.id) AS first_id,
       (array_agg(r.staff_id ORDER BY r.segment_number, r.staff_id))[1] AS staff_id,
       array_agg(r.segment_number ORDER BY r.start_time, r.id) AS numbers,
       array_agg(r.calendar_id ORDER BY r.start_time, r.id) AS calendar_ids,
       array_agg(r.staff_id ORDER BY r.start_time, r.id) AS staff_ids,
       array_agg(r.start_time ORDER BY r.start_time, r.id) AS starts,
       array_agg(r.end_time ORDER BY r.start_time, r.id) AS ends,
       min(r.start_time + make_interval(mins => r.buffer_before_min)) AS starts_at,
       max(r.end_time - make_interval(mins => r.buffer_after_min)) AS ends_at
FROM appointment_reservations r
GROUP BY r.company_id, r.caller_token, r.offer_id,
         r.status, r.service_id, r.call_id, r.channel, r.party, r.customer_name, r.customer_phone,
         r.reserved_at, r.expires_at, r.ended_at, r.end_reason, r.converted_to_appointment_id,
         r.replaced_by_token;
GRANT SELECT ON whole_reservations TO slotkeeper_app;
