-- absences_to_come: those that are not over at $2, in their order.
SELECT id, calendar_id, starts_at, ends_at, reason FROM absences
WHERE company_id = $1 AND ends_at > $2 ORDER BY starts_at, id LIMIT $3
