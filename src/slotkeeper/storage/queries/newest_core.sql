-- newest_core: the schema of the functions that were asked for last.
SELECT split_part(name, '/', 1) FROM public.slotkeeper_migrations
WHERE kind = 'function' AND name LIKE 'core\_%' ORDER BY applied_at DESC LIMIT 1;
