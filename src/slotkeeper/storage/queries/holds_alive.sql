-- holds_alive: count the holds that a company honours now. Of a sandbox all active holds count,
-- because only its tests know its clock.
SELECT count(DISTINCT r.caller_token) FROM appointment_reservations r
JOIN companies c ON c.id = r.company_id
WHERE r.company_id = $1 AND r.status = 'active' AND (c.sandbox OR r.expires_at > clock_timestamp())
