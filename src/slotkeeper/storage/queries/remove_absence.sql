-- remove_absence: the calendar is to be had again.
SELECT id, calendar_id, starts_at, ends_at, reason
FROM core.remove_absence(p_company_id => $1, p_absence_id => $2)
