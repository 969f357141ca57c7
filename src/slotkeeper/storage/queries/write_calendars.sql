-- write_calendars: insert or update calendars, found by their keys.
INSERT INTO calendars (company_id, branch_id, key, kind, name, active)
SELECT $1, b.id, r.key, r.kind, r.name, r.active
FROM ROWS FROM (jsonb_to_recordset($2)
        AS (key text, branch text, kind text, name text, active boolean))
    WITH ORDINALITY AS r (key, branch, kind, name, active, n)
JOIN branches b ON b.company_id = $1 AND b.key = r.branch
ORDER BY r.n
ON CONFLICT (company_id, key) DO UPDATE
SET branch_id = excluded.branch_id, kind = excluded.kind, name = excluded.name,
    active = excluded.active
