-- busy_sources: sum up what each outside calendar says of each of our calendars.
SELECT calendar_id, source, count(*) AS stretches, min(starts_at) AS starts_at,
       max(ends_at) AS ends_at
FROM busy_times WHERE company_id = $1
GROUP BY calendar_id, source ORDER BY calendar_id, source LIMIT $2
