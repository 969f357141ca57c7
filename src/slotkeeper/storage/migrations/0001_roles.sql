-- Roles: the application is neither owner nor superuser, so that row-level security binds it.
-- Roles belong to the whole cluster: another database may have made them already, even this second.
DO $$
DECLARE
    v_role text;
BEGIN
    FOREACH v_role IN ARRAY ARRAY['slotkeeper_app', 'slotkeeper_overseer'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_role) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', v_role);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;
            END;
        END IF;
        -- The owner must be a member to hand functions to the overseer and to act as the application.
        -- USAGE and not MEMBER: since PostgreSQL 16 who makes a role may not act as it at once.
        WHILE NOT pg_has_role(current_user, v_role, 'USAGE') LOOP
            BEGIN
                EXECUTE format('GRANT %I TO CURRENT_USER', v_role);
            EXCEPTION WHEN internal_error OR unique_violation THEN
                NULL; -- "tuple concurrently updated": the other database's owner is this one too
            END;
        END LOOP;
    END LOOP;
END $$;

-- btree_gist lets the exclusion constraint compare bigint ids with '='. Trusted: an owner may make it.
CREATE EXTENSION IF NOT EXISTS btree_gist;

GRANT USAGE ON SCHEMA public TO slotkeeper_app, slotkeeper_overseer;
