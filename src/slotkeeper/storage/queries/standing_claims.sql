-- standing_claims: read the rows of the live holds and of the appointments to come, the earliest
-- first, at most $2. A sandbox's callers bring their own clock, so all of its claims count.
SELECT r.id, r.caller_token AS token, r.converted_to_appointment_id AS appointment_id,
       r.service_id, r.staff_id, r.calendar_id, r.start_time AS starts_at, r.end_time AS ends_at
FROM appointment_reservations r JOIN companies c ON c.id = r.company_id
WHERE r.company_id = $1 AND r.blocks AND (
    c.sandbox
    OR (r.end_time > clock_timestamp()
        AND (r.status = 'converted' OR r.expires_at > clock_timestamp())))
ORDER BY r.start_time, r.id LIMIT $2
