-- verify_policies: who may see and write which rows.
SELECT 'policy' AS kind, c.relname AS "table", p.polname AS name, concat_ws(' ',
        CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END,
        'for',
        CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update'
            WHEN 'd' THEN 'delete' ELSE 'all' END,
        'to',
        (SELECT string_agg(coalesce(r.rolname, 'public'), ', ' ORDER BY r.rolname)
         FROM unnest(p.polroles) AS member (oid) LEFT JOIN pg_roles r ON r.oid = member.oid),
        'using ' || pg_get_expr(p.polqual, p.polrelid),
        'with check ' || pg_get_expr(p.polwithcheck, p.polrelid)) AS value,
    NULL AS flaw
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
WHERE c.relnamespace = 'public'::regnamespace;
