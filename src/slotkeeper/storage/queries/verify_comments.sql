-- verify_comments: what each table and column is for. The table's own comment has no name.
SELECT 'comment' AS kind, c.relname AS "table", coalesce(a.attname, '') AS name,
    d.description AS value, NULL AS flaw
FROM pg_description d
JOIN pg_class c ON d.classoid = 'pg_class'::regclass AND c.oid = d.objoid
LEFT JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid > 0
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r';
