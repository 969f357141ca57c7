-- blinded_tables: list the tables whose policies bind the current role and that it cannot lift. An
-- owner can lift the force; policies never bind a superuser or a role with BYPASSRLS.
SELECT c.relname
FROM pg_class c
JOIN pg_roles r ON r.rolname = current_user
WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity
  AND NOT (r.rolsuper OR r.rolbypassrls OR pg_has_role(c.relowner, 'USAGE'))
ORDER BY c.relname;
