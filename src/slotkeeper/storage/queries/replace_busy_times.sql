-- replace_busy_times: what a source says now takes the place of what it said before. How many
-- stretches that were.
WITH gone AS (
    DELETE FROM busy_times WHERE company_id = $1 AND calendar_id = $2 AND source = $3 RETURNING id
), come AS (
    INSERT INTO busy_times (company_id, calendar_id, source, starts_at, ends_at)
    SELECT $1, $2, $3, t.starts_at, t.ends_at
    FROM unnest($4::timestamptz[], $5::timestamptz[]) AS t (starts_at, ends_at)
)
SELECT count(*) FROM gone
