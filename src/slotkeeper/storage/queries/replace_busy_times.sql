-- replace_busy_times: what a source says now instead of before; how many stretches went.
SELECT core.replace_busy_times(p_company_id => $1, p_calendar_id => $2, p_source => $3,
                               p_starts => $4, p_ends => $5) AS replaced
