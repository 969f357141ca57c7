-- older_functions: the schemas of all versions but $1 and the one that was asked for last before.
SELECT split_part(name, '/', 1) AS schema
FROM public.slotkeeper_migrations
WHERE kind = 'function' AND name LIKE 'core\_%' AND split_part(name, '/', 1) <> $1
GROUP BY 1 ORDER BY max(applied_at) DESC OFFSET 1;
