-- write_hours: insert weekday, opening and closing time for each owner, 'branch KEY' or 'staff
-- KEY'.
INSERT INTO opening_hours (company_id, branch_id, staff_id, weekday, opens_local, closes_local)
SELECT $1, o.branch_id, o.staff_id, (t.stretch->>0)::smallint, (t.stretch->>1)::time,
    (t.stretch->>2)::time
FROM jsonb_each($2) AS w (owner, stretches)
JOIN (
    SELECT 'branch ' || b.key AS owner, b.id AS branch_id, NULL::uuid AS staff_id
    FROM branches b WHERE b.company_id = $1
    UNION ALL
    SELECT 'staff ' || m.key, m.branch_id, m.id FROM staff m WHERE m.company_id = $1
) o USING (owner)
CROSS JOIN LATERAL jsonb_array_elements(w.stretches) WITH ORDINALITY AS t (stretch, n)
ORDER BY o.branch_id, o.staff_id, t.n
