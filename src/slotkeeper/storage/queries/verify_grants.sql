-- verify_grants: what the roles that serve callers may do, by whatever way they came to it: a grant
-- of their own, one to PUBLIC, a membership.
WITH served AS (
    SELECT r.oid, r.rolname, r.rolsuper, r.rolbypassrls FROM pg_roles r
    WHERE r.rolname IN ('slotkeeper_app', 'slotkeeper_overseer')
), relation AS (
    SELECT c.oid, c.relkind, c.relowner,
           CASE c.relnamespace WHEN 'public'::regnamespace THEN '' ELSE 'core.' END || c.relname
               AS relname
    FROM pg_class c
    WHERE c.relnamespace::regnamespace::text = ANY (current_schemas(false))
      AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
            -- An identity's sequence needs no grant.
            AND d.deptype IN ('e', 'i'))
), held AS (
    SELECT s.rolname, t.relname AS "table", privilege
    FROM served s, relation t,
        unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) AS privilege
    WHERE t.relkind <> 'S' AND has_table_privilege(s.oid, t.oid, privilege)
    UNION ALL
    SELECT s.rolname, t.relname, privilege || ' (' || a.attname || ')'
    FROM served s, relation t, unnest('{SELECT,INSERT,UPDATE,REFERENCES}'::text[]) AS privilege,
        pg_attribute a
    WHERE a.attrelid = t.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped AND t.relkind <> 'S'
      AND has_column_privilege(s.oid, t.oid, a.attnum, privilege)
      AND NOT has_table_privilege(s.oid, t.oid, privilege)
    UNION ALL
    SELECT s.rolname, t.relname, privilege
    FROM served s, relation t, unnest('{USAGE,SELECT,UPDATE}'::text[]) AS privilege
    WHERE t.relkind = 'S' AND has_sequence_privilege(s.oid, t.oid, privilege)
    UNION ALL
    SELECT s.rolname, '', privilege || ' on schema ' || n
    FROM served s, unnest('{USAGE,CREATE}'::text[]) AS privilege,
        unnest(current_schemas(false)) AS n
    WHERE has_schema_privilege(s.oid, n, privilege)
    UNION ALL
    -- Of the overseer it matters which functions it owns, which is told with the function.
    SELECT s.rolname, '', 'EXECUTE ' || p.oid::regprocedure
    FROM served s, pg_proc p
    WHERE s.rolname = 'slotkeeper_app' AND p.pronamespace <> 'public'::regnamespace
      AND p.pronamespace::regnamespace::text = ANY (current_schemas(false))
      AND has_function_privilege(s.oid, p.oid, 'EXECUTE')
      AND NOT EXISTS (SELECT FROM pg_depend d
          WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
)
SELECT 'grant' AS kind, "table", rolname || ': ' || privilege AS name, 'granted' AS value,
    NULL AS flaw
FROM held
UNION ALL
-- Row security binds only a role that is none of these.
SELECT 'grant', '', s.rolname, 'a role', CASE
    WHEN s.rolsuper THEN 'a superuser: no policy binds it'
    WHEN s.rolbypassrls THEN 'has BYPASSRLS: no policy binds it'
    WHEN pg_has_role(s.oid, b.datdba, 'MEMBER') THEN 'a member of the owner: it can lift policies'
    WHEN EXISTS (SELECT FROM relation t WHERE t.relowner = s.oid)
        THEN 'owns tables: it can lift their policies'
    END
FROM served s
JOIN pg_database b ON b.datname = current_database();
