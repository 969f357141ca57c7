-- forced_tables: the tables (or those of $1) whose policies bind their owner too. None for a role
-- that sees every row anyway: to lift the force takes an ACCESS EXCLUSIVE lock. The companies come
-- first, as in every transaction of a server: to lock in another order would end in deadlocks.
SELECT format('public.%I', c.relname)
FROM pg_class c
JOIN pg_roles r ON r.rolname = current_user
WHERE c.relnamespace = 'public'::regnamespace AND c.relforcerowsecurity
  AND NOT (r.rolsuper OR r.rolbypassrls)
  AND ($1::oid[] IS NULL OR c.oid = ANY ($1))
ORDER BY c.relname <> 'companies', c.relname;
