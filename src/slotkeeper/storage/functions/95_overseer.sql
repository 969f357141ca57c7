-- The functions that look at all companies run as the overseer, who may read no name and no number.
-- A function can only be given to a role that may create in its schema.
DO $$
DECLARE
    v_function regprocedure;
BEGIN
    EXECUTE format('GRANT CREATE ON SCHEMA %I TO slotkeeper_overseer', current_schema);
    FOR v_function IN
        SELECT p.oid FROM pg_proc p
        WHERE p.pronamespace = current_schema::regnamespace AND p.prosecdef
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', v_function);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO slotkeeper_app', v_function);
        EXECUTE format('ALTER FUNCTION %s OWNER TO slotkeeper_overseer', v_function);
    END LOOP;
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM slotkeeper_overseer', current_schema);
END $$;
