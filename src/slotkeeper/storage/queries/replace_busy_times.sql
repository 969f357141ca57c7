-- replace_busy_times: put what a source says now in the place of what it said before; returns how
-- many stretches it deleted.
SELECT core.replace_busy_times(p_company_id => $1, p_calendar_id => $2, p_source => $3,
                               p_starts => $4, p_ends => $5) AS replaced
