-- add_absence: a calendar is not to be had for a while; said again, it is the same absence.
WITH same AS (
    SELECT a.id FROM absences a
    WHERE a.company_id = $1 AND a.calendar_id = $2 AND a.starts_at = $3 AND a.ends_at = $4
      AND a.reason IS NOT DISTINCT FROM $5 LIMIT 1
), made AS (
    INSERT INTO absences (company_id, calendar_id, starts_at, ends_at, reason)
    SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT FROM same) RETURNING id
)
SELECT id FROM same UNION ALL SELECT id FROM made
