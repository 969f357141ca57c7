-- foreign_keys: list every foreign key, with the query that counts its orphans. A key of a
-- partition is counted with its parent's (conparentid).
SELECT k.conname AS name, child.relname AS child, parent.relname AS parent, k.convalidated AS valid,
    ARRAY[k.conrelid, k.confrelid] AS tables,
    format(
        'SELECT count(*) FROM %s %I.%I AS child WHERE (%s) AND NOT EXISTS '
        '(SELECT FROM %s %I.%I AS parent WHERE %s)',
        CASE child.relkind WHEN 'p' THEN '' ELSE 'ONLY' END, child.relnamespace::regnamespace,
        child.relname, columns.asked, CASE parent.relkind WHEN 'p' THEN '' ELSE 'ONLY' END,
        parent.relnamespace::regnamespace, parent.relname, columns.equal) AS count_orphans
FROM pg_constraint k
JOIN pg_class child ON child.oid = k.conrelid
JOIN pg_class parent ON parent.oid = k.confrelid
CROSS JOIN LATERAL (
    SELECT
        -- MATCH SIMPLE asks nothing of a row with any NULL; MATCH FULL only where all are NULL.
        string_agg(format('child.%I IS NOT NULL', a.attname),
            CASE k.confmatchtype WHEN 'f' THEN ' OR ' ELSE ' AND ' END) AS asked,
        string_agg(format('parent.%I = child.%I', b.attname, a.attname), ' AND ') AS equal
    FROM unnest(k.conkey, k.confkey) AS pair (child_column, parent_column)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.child_column
    JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = pair.parent_column
) AS columns
WHERE k.contype = 'f' AND k.conparentid = 0 AND k.connamespace = 'public'::regnamespace
ORDER BY child.relname, k.conname;
