-- add_absence: block a calendar for a while, and read the bookings that stand in that time.
SELECT * FROM core.add_absence(p_company_id => core.by($actor, $1::bigint),
                               p_calendar_id => $2, p_from => $3, p_to => $4,
                               p_reason => $5, p_limit => $6, p_now => $7)
