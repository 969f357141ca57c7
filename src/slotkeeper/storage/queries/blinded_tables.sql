-- blinded_tables: whose policies bind the current role with no way to lift them. An owner can lift
-- the force; a superuser and BYPASSRLS are never bound.
SELECT c.relname
FROM pg_class c
JOIN pg_roles r ON r.rolname = current_user
WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity
  AND NOT (r.rolsuper OR r.rolbypassrls OR pg_has_role(c.relowner, 'USAGE'))
ORDER BY c.relname;
