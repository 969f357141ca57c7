-- clear_busy_times: delete what a source says of one calendar, or ($3 is NULL) of all. Returns how
-- many stretches it deleted.
WITH gone AS (
    DELETE FROM busy_times
    WHERE company_id = $1 AND source = $2 AND ($3::bigint IS NULL OR calendar_id = $3)
    RETURNING id
)
SELECT count(*) FROM gone
