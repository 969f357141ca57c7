-- remove_absence: it is to be had again.
DELETE FROM absences WHERE company_id = $1 AND id = $2
RETURNING id, calendar_id, starts_at, ends_at, reason
