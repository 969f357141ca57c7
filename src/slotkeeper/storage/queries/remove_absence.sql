-- remove_absence: free a calendar that was blocked; no row where the company has no such absence.
SELECT id, calendar_id, starts_at, ends_at, reason
FROM core.remove_absence(p_company_id => core.by($actor, $1::bigint),
                         p_absence_id => $2)
