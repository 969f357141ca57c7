-- newest_core: read which schema of functions a migration asked for last.
SELECT split_part(name, '/', 1) FROM public.slotkeeper_migrations
WHERE kind = 'function' AND name LIKE 'core\_%' ORDER BY applied_at DESC LIMIT 1;
