-- One log of facts for many readers. A fact is read from the row that it is true of: a hold's own
-- lifecycle (made, ended) from its reservation, without a second row on its path; anything else from
-- the one outbox row that the transaction of the fact writes.
--
-- Why not a mark on each row, as `announced` was: every further reader would need a mark of its own,
-- and each mark is a second version of a hot row with an entry in every one of its indexes. Why not
-- an outbox row for each step of a hold: the same again, in the transaction for which a caller waits.
--
-- Facts are ordered by the transaction that made them (xid, a full 64-bit transaction id that never
-- wraps). A sequence or a clock would be drawn before the commit, so that a reader could pass a fact
-- which commits late. A reader reads only below pg_snapshot_xmin(pg_current_snapshot()): every
-- transaction below it is over, so nothing can appear there any more. Within a company xids follow
-- the company's lock, because a transaction takes its xid when it first writes, under the lock: so
-- the facts of an appointment come in their order.

-- NULL: what happened before this log was, which no reader is told.
ALTER TABLE appointment_reservations ADD COLUMN made_xid bigint, ADD COLUMN ended_xid bigint;
ALTER TABLE outbox ADD COLUMN xid bigint;

-- What the former release has not told yet is the first to be read.
UPDATE appointment_reservations
SET made_xid = CASE announced WHEN 0 THEN pg_current_xact_id()::text::bigint END,
    ended_xid = CASE WHEN status <> 'active' THEN pg_current_xact_id()::text::bigint END
WHERE announced = 0 OR (announced = 1 AND status <> 'active');

ALTER TABLE appointment_reservations
    ALTER COLUMN made_xid SET DEFAULT pg_current_xact_id()::text::bigint,
    -- Servers of the former release still look for what is not announced: nothing, from now on.
    ALTER COLUMN announced SET DEFAULT 2,
    ADD CONSTRAINT reservations_ended_in_a_transaction
        CHECK (ended_xid IS NULL OR status <> 'active');
ALTER TABLE outbox ALTER COLUMN xid SET DEFAULT pg_current_xact_id()::text::bigint;

-- note_end: whoever ends a reservation says in which transaction. Those who do not, such as the
-- functions of the former release, cannot forget it.
CREATE FUNCTION note_end() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    NEW.ended_xid := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER reservations_note_end BEFORE UPDATE OF status ON appointment_reservations
    FOR EACH ROW WHEN (OLD.status = 'active' AND NEW.status <> 'active' AND NEW.ended_xid IS NULL)
    EXECUTE FUNCTION note_end();

-- read_facts: what was made, or has ended, after a reader's cursor. One row stands for a
-- reservation: the first segment's person.
CREATE INDEX reservations_made_log ON appointment_reservations (company_id, made_xid)
    WHERE segment_number = 1 AND staff_id IS NOT NULL AND origin <> 'move'
      AND made_xid IS NOT NULL;
CREATE INDEX reservations_ended_log ON appointment_reservations (company_id, ended_xid)
    WHERE segment_number = 1 AND staff_id IS NOT NULL AND origin <> 'move'
      AND ended_xid IS NOT NULL;
-- read_facts: the other facts after a reader's cursor.
CREATE INDEX outbox_log ON outbox (company_id, xid) WHERE xid IS NOT NULL;

-- What broke is a fact like any other: its kind is fault.<code>. What was told already keeps its
-- place in the figures and is not told again. An id that was told once belongs to that fault for
-- ever, so the ids of the outbox go on above those of faults.
SELECT setval(pg_get_serial_sequence('outbox', 'id'), greatest(
    (SELECT max(id) FROM outbox), (SELECT max(id) FROM faults), 0) + 1);
INSERT INTO outbox (company_id, kind, payload, created_at, xid)
SELECT f.company_id, 'fault.' || regexp_replace(left(f.kind, 90), '[^a-z_]', '_', 'g'),
       jsonb_build_object('channel', f.channel), f.happened_at,
       CASE WHEN NOT f.announced THEN pg_current_xact_id()::text::bigint END
FROM faults f ORDER BY f.id;
-- answer_metrics, facts_since: what broke in a window.
CREATE INDEX outbox_faults ON outbox (company_id, created_at) WHERE kind LIKE 'fault.%';

-- What a server of the former release still writes there goes the new way; goes with the table.
CREATE FUNCTION copy_fault() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO outbox (company_id, kind, payload, created_at)
    VALUES (NEW.company_id, 'fault.' || regexp_replace(left(NEW.kind, 90), '[^a-z_]', '_', 'g'),
            jsonb_build_object('channel', NEW.channel), NEW.happened_at);
    RETURN NULL;
END $$;
CREATE TRIGGER faults_copy_fault AFTER INSERT ON faults
    FOR EACH ROW EXECUTE FUNCTION copy_fault();
ALTER TABLE faults ALTER COLUMN announced SET DEFAULT true;

-- How far each reader has read each company's facts. One who takes a cursor holds it for moments
-- (taken_until), outside of any transaction: an open one would keep every other reader waiting.
CREATE TABLE outbox_cursors (
    company_id bigint NOT NULL CONSTRAINT outbox_cursors_in_company REFERENCES companies,
    reader text NOT NULL
        CONSTRAINT outbox_cursors_reader_fits CHECK (reader ~ '^[a-z0-9][a-z0-9_.:-]{0,99}$'),
    read_through bigint NOT NULL DEFAULT -9223372036854775808,
    taken_by uuid,
    taken_until timestamptz,
    CONSTRAINT outbox_cursors_pkey PRIMARY KEY (company_id, reader),
    CONSTRAINT outbox_cursors_taken_by_one CHECK ((taken_by IS NULL) = (taken_until IS NULL))
) WITH (fillfactor = 50); -- each batch changes its row twice, in place

ALTER TABLE outbox_cursors ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox_cursors FORCE ROW LEVEL SECURITY;
CREATE POLICY acts_for_company ON outbox_cursors TO slotkeeper_app USING (company_id = ANY ((
    SELECT nullif(current_setting('slotkeeper.companies', true), '')::bigint[])::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox_cursors TO slotkeeper_app;

-- The overseer finds who has something to read, and counts what broke; no payload.
CREATE POLICY oversees ON outbox FOR SELECT TO slotkeeper_overseer USING (true);
CREATE POLICY oversees ON outbox_cursors FOR SELECT TO slotkeeper_overseer USING (true);
GRANT SELECT (company_id, id, kind, created_at, xid) ON outbox TO slotkeeper_overseer;
GRANT SELECT (company_id, reader, read_through, taken_until)
    ON outbox_cursors TO slotkeeper_overseer;
GRANT SELECT (made_xid, ended_xid) ON appointment_reservations TO slotkeeper_overseer;

COMMENT ON TABLE outbox IS
    'Facts that no other row is the record of. Rows are only ever added, and go when they are old.';
COMMENT ON COLUMN outbox.xid IS
    'The transaction that wrote it: its place in the log. NULL: before the log was';
COMMENT ON COLUMN outbox.delivered_at IS 'Unused: the next release drops it';
COMMENT ON COLUMN appointment_reservations.made_xid IS
    'The transaction that made it: its place in the log. NULL: before the log was';
COMMENT ON COLUMN appointment_reservations.ended_xid IS
    'The transaction that ended it: its end''s place in the log. NULL: active, or ended before it';
COMMENT ON COLUMN appointment_reservations.announced IS 'Unused: the next release drops it';
COMMENT ON TABLE faults IS 'Unused: the next release drops it. What broke stands in outbox, kinds fault.*';
COMMENT ON TABLE outbox_cursors IS 'How far each reader has read each company''s facts.';
COMMENT ON COLUMN outbox_cursors.company_id IS 'The company it belongs to';
COMMENT ON COLUMN outbox_cursors.reader IS 'Who reads, such as log';
COMMENT ON COLUMN outbox_cursors.read_through IS
    'The last transaction of which the reader has been told all facts';
COMMENT ON COLUMN outbox_cursors.taken_by IS 'The pass that is handing facts over; else NULL';
COMMENT ON COLUMN outbox_cursors.taken_until IS 'When that pass is given up for dead';
