-- set_force: list the statements that force row security wherever it is on and not forced.
SELECT format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', c.relname)
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity AND NOT c.relforcerowsecurity
ORDER BY c.relname;
