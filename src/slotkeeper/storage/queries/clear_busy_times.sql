-- clear_busy_times: forget a source, of one calendar or ($3 is null) of all. How many stretches.
WITH gone AS (
    DELETE FROM busy_times
    WHERE company_id = $1 AND source = $2 AND ($3::bigint IS NULL OR calendar_id = $3)
    RETURNING id
)
SELECT count(*) FROM gone
