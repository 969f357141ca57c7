-- write_branches: insert or update branches, found by their keys. Their order is kept: ids grow
-- with it.
INSERT INTO branches (company_id, key, name, subdivision, active)
SELECT $1, r.key, r.name, r.subdivision, r.active
FROM ROWS FROM (jsonb_to_recordset($2) AS (key text, name text, subdivision text, active boolean))
    WITH ORDINALITY AS r (key, name, subdivision, active, n)
ORDER BY r.n
ON CONFLICT (company_id, key) DO UPDATE
SET name = excluded.name, subdivision = excluded.subdivision, active = excluded.active
