-- verify_columns: each column's type, whether it may be NULL, and its default.
SELECT 'column' AS kind,
    CASE c.relnamespace WHEN 'public'::regnamespace THEN '' ELSE 'core.' END || c.relname
        AS "table",
    a.attname AS name, concat_ws(' ',
        format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attcollation <> t.typcollation
            THEN format('collate %I', (SELECT l.collname FROM pg_collation l
                WHERE l.oid = a.attcollation))
        END,
        CASE WHEN a.attnotnull THEN 'not null' END,
        CASE a.attidentity WHEN 'a' THEN 'identity always' WHEN 'd' THEN 'identity by default' END,
        CASE WHEN e.adbin IS NOT NULL THEN
            CASE a.attgenerated WHEN '' THEN 'default ' ELSE 'generated as ' END
            || pg_get_expr(e.adbin, e.adrelid)
        END) AS value,
    NULL AS flaw
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
WHERE c.relnamespace::regnamespace::text = ANY (current_schemas(false))
  AND c.relkind IN ('r', 'p', 'v', 'm', 'c', 'f')
  AND a.attnum > 0 AND NOT a.attisdropped
  AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e');
