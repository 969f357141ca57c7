-- absences_to_come: list a company's absences that end after $2, the earliest start first.
SELECT id, calendar_id, starts_at, ends_at, reason FROM absences
WHERE company_id = $1 AND ends_at > $2 ORDER BY starts_at, id LIMIT $3
