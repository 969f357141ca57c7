-- lift_force: the statements that let the owner see all rows. None for a role that sees them
-- anyway: each takes an ACCESS EXCLUSIVE lock. By name, so that sessions lock in one order.
SELECT format('ALTER TABLE public.%I NO FORCE ROW LEVEL SECURITY', c.relname)
FROM pg_class c
JOIN pg_roles r ON r.rolname = current_user
WHERE c.relnamespace = 'public'::regnamespace AND c.relforcerowsecurity
  AND NOT (r.rolsuper OR r.rolbypassrls)
  AND ($1::oid[] IS NULL OR c.oid = ANY ($1))
ORDER BY c.relname;
