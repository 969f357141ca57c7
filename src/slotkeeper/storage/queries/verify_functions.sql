-- verify_functions: each function's signature, and with whose rights and settings it runs. The
-- database owner's name differs between installations, so it is not told. The bodies are compared
-- with the files. Functions that the former release left in public are left out: no query of this
-- release calls them.
SELECT 'function' AS kind, '' AS "table", p.oid::regprocedure::text AS name, concat_ws(' ',
        format('(%s) %s', pg_get_function_arguments(p.oid),
            coalesce('returns ' || pg_get_function_result(p.oid), 'procedure')),
        l.lanname,
        CASE p.provolatile WHEN 'v' THEN 'volatile' WHEN 's' THEN 'stable' ELSE 'immutable' END,
        CASE WHEN p.proisstrict THEN 'strict' END,
        CASE WHEN p.prosecdef THEN 'security definer as '
            || CASE WHEN p.proowner = b.datdba THEN 'the owner' ELSE r.rolname::text END
        END,
        'set ' || array_to_string(p.proconfig, ', ')) AS value,
    NULL AS flaw
FROM pg_proc p
JOIN pg_language l ON l.oid = p.prolang
JOIN pg_roles r ON r.oid = p.proowner
JOIN pg_database b ON b.datname = current_database()
WHERE p.pronamespace::regnamespace::text = ANY (current_schemas(false))
  AND p.pronamespace <> 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e');
