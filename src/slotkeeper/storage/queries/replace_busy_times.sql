-- replace_busy_times: put what a source says now in the place of what it said before, and read the
-- bookings that stand in it.
SELECT * FROM core.replace_busy_times(p_company_id => core.by($actor, $1::bigint),
                                      p_calendar_id => $2, p_source => $3,
                                      p_starts => $4, p_ends => $5, p_limit => $6, p_now => $7,
                                      p_anyway => $8)
