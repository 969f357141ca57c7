-- verify_constraints: each constraint, and whether PostgreSQL enforces it on all rows. NOT NULL is
-- told with the column; PostgreSQL 18 lists it here as well, which matters only while it is NOT
-- VALID.
SELECT 'constraint' AS kind, c.relname AS "table", k.conname AS name,
    regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') AS value,
    CASE
        WHEN NOT k.convalidated THEN 'not valid: rows from before it were never checked'
        WHEN EXISTS (SELECT FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgenabled = 'D')
            THEN 'not enforced: its triggers are disabled'
    END AS flaw
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
WHERE k.connamespace = 'public'::regnamespace
  AND (k.contype IN ('p', 'u', 'f', 'c', 'x') OR NOT k.convalidated);
