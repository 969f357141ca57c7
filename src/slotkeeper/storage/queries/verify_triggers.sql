-- verify_triggers: the triggers that somebody made. PostgreSQL's own are told with their
-- constraint.
SELECT 'trigger' AS kind, c.relname AS "table", t.tgname AS name,
    substring(pg_get_triggerdef(t.oid) FROM '^CREATE (?:CONSTRAINT )?TRIGGER \S+ (.*)$') AS value,
    CASE t.tgenabled WHEN 'D' THEN 'disabled' END AS flaw
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal;
