-- add_absence: a calendar is not to be had for a while; what stands there.
SELECT * FROM core.add_absence(p_company_id => $1, p_calendar_id => $2, p_from => $3, p_to => $4,
                               p_reason => $5, p_limit => $6, p_now => $7)
