-- claims_to_come: count the holds and appointments that these members of staff have yet to serve.
-- On another calendar those would block nothing. A sandbox's callers bring their own clock, so all
-- of its claims count.
SELECT m.key, count(*) AS claims
FROM appointment_reservations r
JOIN staff m ON m.company_id = r.company_id AND m.id = r.staff_id
JOIN companies c ON c.id = r.company_id
WHERE r.company_id = $1 AND m.key = ANY ($2) AND r.blocks AND (
    c.sandbox
    OR (r.end_time > clock_timestamp()
        AND (r.status = 'converted' OR r.expires_at > clock_timestamp())))
GROUP BY m.key ORDER BY m.key
