-- verify_indexes: the indexes that are not a constraint's own. An index whose build failed costs
-- every write and serves no read.
SELECT 'index' AS kind, c.relname AS "table", x.relname AS name,
    concat_ws(' ', CASE WHEN i.indisunique THEN 'unique' END,
        substring(pg_get_indexdef(i.indexrelid) FROM ' USING (.*)$')) AS value,
    CASE WHEN NOT i.indisvalid THEN 'invalid: its build did not finish' END AS flaw
FROM pg_index i
JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_constraint k
      WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'));
