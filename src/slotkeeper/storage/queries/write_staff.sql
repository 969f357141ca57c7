-- write_staff: insert or update members of staff, found by their keys; one who was there keeps her
-- id. A new id begins with the time and the row's number (UUID version 7), so that sorting by it
-- keeps the order.
INSERT INTO staff (company_id, id, branch_id, calendar_id, key, name, position, active)
SELECT $1,
    (lpad(to_hex((extract(epoch FROM statement_timestamp()) * 1000)::bigint), 12, '0')
        || '7' || lpad(to_hex(r.n), 3, '0')
        || '8' || left(replace(gen_random_uuid()::text, '-', ''), 15))::uuid,
    b.id, k.id, r.key, r.name, r.position, r.active
FROM ROWS FROM (jsonb_to_recordset($2)
        AS (key text, branch text, calendar text, name text, position text, active boolean))
    WITH ORDINALITY AS r (key, branch, calendar, name, position, active, n)
JOIN branches b ON b.company_id = $1 AND b.key = r.branch
JOIN calendars k ON k.company_id = $1 AND k.key = r.calendar
ORDER BY r.n
ON CONFLICT (company_id, key) DO UPDATE
SET branch_id = excluded.branch_id, calendar_id = excluded.calendar_id, name = excluded.name,
    position = excluded.position, active = excluded.active
