-- verify_tables: the tables, views and types, and whether row security binds them; those of an
-- extension are left out. An unlogged table is told, because a crash would empty it.
SELECT kind,
    CASE c.relnamespace WHEN 'public'::regnamespace THEN '' ELSE 'core.' END || c.relname
        AS "table",
    fact.name, fact.value, NULL AS flaw
FROM pg_class c
CROSS JOIN LATERAL (VALUES
    ('table', c.relname::text, concat_ws(' ',
        CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,
        CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
            WHEN 'm' THEN 'materialized view' WHEN 'c' THEN 'type' ELSE 'foreign table' END,
        -- A view without security_invoker reads with its owner's eyes.
        CASE c.relkind WHEN 'v' THEN array_to_string(c.reloptions, ' ') END)),
    ('row_security', 'row security', CASE
        WHEN c.relkind NOT IN ('r', 'p') THEN NULL
        WHEN NOT c.relrowsecurity THEN 'off'
        WHEN c.relforcerowsecurity THEN 'on, forced' ELSE 'on, not forced' END)
) AS fact (kind, name, value)
WHERE c.relnamespace::regnamespace::text = ANY (current_schemas(false))
  AND c.relkind IN ('r', 'p', 'v', 'm', 'c', 'f')
  AND fact.value IS NOT NULL
  AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e');
