-- Drop what only servers of the former release read or write. The runner leaves this folder alone:
-- a release moves the file into migrations/ under the next number once no such server runs.

-- The former release called its functions in schema public, where they were replaced in place.
DO $$
DECLARE
    v_function regprocedure;
BEGIN
    FOR v_function IN
        SELECT p.oid FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.proname IN (
            'acquire_again', 'answer_metrics', 'as_new_reservation', 'book', 'busy', 'cancel',
            'cancel_appointment', 'claim_key', 'claim_options', 'clock_of', 'companies_with_news',
            'complete', 'convert', 'crowded_options', 'due_companies', 'duration_histogram',
            'end_call', 'end_tokens', 'enter', 'expire_due', 'extend', 'has_too_many',
            'insert_claims', 'keep_answer', 'make_claims', 'move', 'note_call', 'release_own',
            'renew', 'replace_claims', 'request_callback', 'reservation_metrics',
            'reservations_of_call', 'reserve', 'retire_tokens', 'standing_in_the_way',
            'stands_there', 'supersede', 'this_call', 'whole_options', 'wished_before')
          AND NOT EXISTS (SELECT FROM pg_depend d
              WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('DROP FUNCTION %s', v_function);
    END LOOP;
END $$;
DELETE FROM slotkeeper_migrations WHERE kind = 'function' AND name LIKE 'functions/%';
DROP VIEW whole_reservations;
DROP TYPE claim;
DROP TYPE wish;

ALTER TABLE appointments DROP COLUMN customer_id;
ALTER TABLE calls DROP COLUMN cohort;
ALTER TABLE companies DROP COLUMN created_at;
ALTER TABLE rollout_settings DROP COLUMN set_at;

-- The former release reads platforms' secrets in clear. What was never looked up since is not
-- carried over: `slotkeeper doctor` looks up every company.
DO $$
BEGIN
    IF EXISTS (SELECT FROM signing_secrets WHERE NOT carried_over) THEN
        RAISE 'secrets of platforms are not carried over yet; run: slotkeeper doctor';
    END IF;
END $$;
DROP TABLE signing_secrets;

-- One outbox: what was announced is known from the readers' cursors, what broke from its outbox row.
ALTER TABLE appointment_reservations DROP COLUMN announced; -- with the index reservations_news
ALTER TABLE outbox DROP COLUMN delivered_at;
DROP TABLE faults;
DROP FUNCTION copy_fault();

-- `party` is called person.
DROP TRIGGER reservations_note_person ON appointment_reservations;
DROP FUNCTION note_person();
ALTER TABLE appointment_reservations DROP COLUMN party;

-- Its worker asked to delete old events itself.
REVOKE UPDATE, DELETE ON outbox FROM slotkeeper_app;
