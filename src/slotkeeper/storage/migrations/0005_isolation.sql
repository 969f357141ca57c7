-- Isolation: the application sees a company's rows only inside a transaction that names it.

-- The transaction names its companies in the setting slotkeeper.companies, as '{1,2}'. After a
-- transaction-local setting ends it is '' and not NULL: both mean none, and none sees nothing.
-- The setting stands in a sub-select so that it is read once a statement and not once a row.
DO $$
DECLARE
    v_table text;
    v_key text;
BEGIN
    FOR v_table, v_key IN
        SELECT c.relname, CASE c.relname WHEN 'companies' THEN 'id' ELSE 'company_id' END
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
          AND c.relname NOT IN ('directory', 'slotkeeper_migrations')
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format(
            'CREATE POLICY acts_for_company ON %I TO slotkeeper_app USING (%I = ANY ((SELECT '
            'nullif(current_setting(''slotkeeper.companies'', true), '''')::bigint[])::bigint[]))',
            v_table, v_key);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO slotkeeper_app', v_table);
    END LOOP;
END $$;

-- The log of who did what is only ever added to.
REVOKE UPDATE, DELETE ON audit_log FROM slotkeeper_app;
GRANT SELECT, INSERT, UPDATE ON directory TO slotkeeper_app;
-- A new company names itself before it is inserted, or its policy would refuse it.
GRANT USAGE ON SEQUENCE companies_id_seq TO slotkeeper_app;

-- The overseer answers for all companies, through a short list of functions it owns, and may read
-- nothing that belongs to a person.
CREATE POLICY oversees ON appointment_reservations FOR SELECT TO slotkeeper_overseer USING (true);
CREATE POLICY oversees ON companies FOR SELECT TO slotkeeper_overseer USING (true);
GRANT SELECT (company_id, status, expires_at) ON appointment_reservations TO slotkeeper_overseer;
GRANT SELECT (id, sandbox) ON companies TO slotkeeper_overseer;
