-- The ids of appointments, absences and callbacks count per company, so that one company's ids do not
-- tell how much the others book. Rows keep the ids that they have.

CREATE TABLE company_counters (
    company_id bigint NOT NULL CONSTRAINT company_counters_in_company REFERENCES companies,
    kind text NOT NULL CONSTRAINT company_counters_kind_known
        CHECK (kind IN ('appointments', 'absences', 'callbacks')),
    last_id bigint NOT NULL,
    CONSTRAINT company_counters_pkey PRIMARY KEY (company_id, kind)
) WITH (fillfactor = 50); -- each booking changes its row, in place
ALTER TABLE company_counters ENABLE ROW LEVEL SECURITY;
CREATE POLICY acts_for_company ON company_counters TO slotkeeper_app USING (company_id = ANY ((
    SELECT nullif(current_setting('slotkeeper.companies', true), '')::bigint[])::bigint[]));
GRANT SELECT, INSERT, UPDATE ON company_counters TO slotkeeper_app;

COMMENT ON TABLE company_counters IS 'The last id that a company has given to a row, by table.';
COMMENT ON COLUMN company_counters.company_id IS 'The company it belongs to';
COMMENT ON COLUMN company_counters.kind IS 'The table';
COMMENT ON COLUMN company_counters.last_id IS
    'The last id, also where its row has been deleted: no id is given twice';
COMMENT ON COLUMN appointments.id IS 'Its number, counted per company';
COMMENT ON COLUMN absences.id IS 'Its number, counted per company';
COMMENT ON COLUMN callbacks.id IS 'Its number, counted per company';

-- draw_id: a trigger and no function that the core calls, so that rows of a server of the former
-- release are counted as well. Two that insert at once wait for each other's transaction.
CREATE FUNCTION draw_id() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    UPDATE company_counters c SET last_id = c.last_id + 1
    WHERE c.company_id = NEW.company_id AND c.kind = TG_ARGV[0]
    RETURNING c.last_id INTO NEW.id;
    IF NOT FOUND THEN
        INSERT INTO company_counters AS c (company_id, kind, last_id)
        VALUES (NEW.company_id, TG_ARGV[0], 1)
        ON CONFLICT (company_id, kind) DO UPDATE SET last_id = c.last_id + 1
        RETURNING c.last_id INTO NEW.id;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER appointments_draw_id BEFORE INSERT ON appointments
    FOR EACH ROW EXECUTE FUNCTION draw_id('appointments');
CREATE TRIGGER absences_draw_id BEFORE INSERT ON absences
    FOR EACH ROW EXECUTE FUNCTION draw_id('absences');
CREATE TRIGGER callbacks_draw_id BEFORE INSERT ON callbacks
    FOR EACH ROW EXECUTE FUNCTION draw_id('callbacks');

-- Absences are deleted, so the ids that were given to them are known from the events.
INSERT INTO company_counters (company_id, kind, last_id)
SELECT company_id, kind, max(id) FROM (
    SELECT company_id, 'appointments' AS kind, id FROM appointments
    UNION ALL SELECT company_id, 'callbacks', id FROM callbacks
    UNION ALL SELECT company_id, 'absences', id FROM absences
    UNION ALL SELECT company_id, 'absences', (payload ->> 'absence_id')::bigint
    FROM outbox WHERE kind = 'absence.added'
) given GROUP BY company_id, kind;
