-- holds_alive: how many holds a company honours now; a sandbox's are judged by its own clock, so
-- all of them.
SELECT count(DISTINCT r.caller_token) FROM appointment_reservations r
JOIN companies c ON c.id = r.company_id
WHERE r.company_id = $1 AND r.status = 'active' AND (c.sandbox OR r.expires_at > clock_timestamp())
