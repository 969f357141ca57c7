-- Who did what: each event says by whom, and nobody who serves callers can change or delete one.

ALTER TABLE outbox ADD COLUMN actor text;
ALTER TABLE outbox
    ALTER COLUMN actor SET DEFAULT nullif(current_setting('slotkeeper.actor', true), ''),
    ADD CONSTRAINT outbox_actor_fits CHECK (length(actor) <= 120) NOT VALID;
ALTER TABLE outbox VALIDATE CONSTRAINT outbox_actor_fits;
COMMENT ON COLUMN outbox.actor IS
    'Who did it: call, key or command and an id, or worker. NULL: a server of a former release';

-- The policies and not the grants, because a server of the former release still asks to delete what
-- is old: it finds no row to delete.
DROP POLICY acts_for_company ON outbox;
CREATE POLICY reads_for_company ON outbox FOR SELECT TO slotkeeper_app USING (company_id = ANY ((
    SELECT nullif(current_setting('slotkeeper.companies', true), '')::bigint[])::bigint[]));
CREATE POLICY adds_for_company ON outbox FOR INSERT TO slotkeeper_app WITH CHECK (
    company_id = ANY ((
        SELECT nullif(current_setting('slotkeeper.companies', true), '')::bigint[])::bigint[]));

-- What is old goes through one function of the overseer's (forget_events), and nothing goes before it
-- is a month old.
CREATE POLICY ends_old ON outbox FOR DELETE TO slotkeeper_overseer
    USING (created_at < now() - interval '30 days');
CREATE POLICY oversees ON audit_log FOR SELECT TO slotkeeper_overseer USING (true);
CREATE POLICY ends_old ON audit_log FOR DELETE TO slotkeeper_overseer
    USING (happened_at < now() - interval '30 days');
GRANT DELETE ON outbox, audit_log TO slotkeeper_overseer;
GRANT SELECT (company_id, id, happened_at) ON audit_log TO slotkeeper_overseer;
GRANT SELECT (keep_events_days) ON companies TO slotkeeper_overseer;
