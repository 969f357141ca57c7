-- add_absence: a calendar is not to be had for a while.
INSERT INTO absences (company_id, calendar_id, starts_at, ends_at, reason)
VALUES ($1, $2, $3, $4, $5) RETURNING id
