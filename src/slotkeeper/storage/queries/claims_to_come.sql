-- claims_to_come: how many holds and appointments these members of staff have yet to serve. If
-- their calendar became another, those would not block there. A sandbox's time is its caller's, so
-- all of its claims may be yet to come.
SELECT m.key, count(*) AS claims
FROM appointment_reservations r
JOIN staff m ON m.company_id = r.company_id AND m.id = r.staff_id
JOIN companies c ON c.id = r.company_id
WHERE r.company_id = $1 AND m.key = ANY ($2) AND r.blocks AND (
    c.sandbox
    OR (r.end_time > clock_timestamp()
        AND (r.status = 'converted' OR r.expires_at > clock_timestamp())))
GROUP BY m.key ORDER BY m.key
