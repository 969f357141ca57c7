-- claims_to_come: how many holds and appointments these members of staff have yet to serve. If
-- their calendar became another, those would not block there.
SELECT m.key, count(*) AS claims
FROM appointment_reservations r
JOIN staff m ON m.company_id = r.company_id AND m.id = r.staff_id
WHERE r.company_id = $1 AND r.blocks AND m.key = ANY ($2) AND r.end_time > clock_timestamp()
GROUP BY m.key ORDER BY m.key
