-- Visits: several services, for several people, under one token, all or nothing. A reservation of one
-- service is a visit of one part, so every row that stands already is right as it is.

-- Which person of a visit: `party` meant that here and "how many" everywhere else.
ALTER TABLE appointment_reservations
    ADD COLUMN person smallint NOT NULL DEFAULT 1,
    ADD COLUMN part_number smallint NOT NULL DEFAULT 1,
    ADD COLUMN total_parts smallint NOT NULL DEFAULT 1,
    ADD COLUMN wished_staff_id uuid,
    ADD COLUMN price_cents integer,
    ADD COLUMN cancel_notice_min integer,
    ADD COLUMN dropped_at timestamptz;
UPDATE appointment_reservations SET person = party WHERE party <> 1;

ALTER TABLE appointment_reservations
    DROP CONSTRAINT reservations_segment_number_in_range,
    DROP CONSTRAINT reservations_total_segments_in_range,
    ADD CONSTRAINT reservations_segment_number_in_range CHECK (segment_number BETWEEN 1 AND 24),
    ADD CONSTRAINT reservations_total_segments_in_range CHECK (total_segments BETWEEN 1 AND 24),
    ADD CONSTRAINT reservations_person_in_range CHECK (person BETWEEN 1 AND 20),
    ADD CONSTRAINT reservations_part_number_in_range
        CHECK (part_number BETWEEN 1 AND total_parts),
    ADD CONSTRAINT reservations_price_not_negative CHECK (price_cents >= 0),
    ADD CONSTRAINT reservations_cancel_notice_not_negative CHECK (cancel_notice_min >= 0),
    -- A part is cancelled or moved alone once it is booked, and frees its calendars then.
    ADD CONSTRAINT reservations_drop_booked_parts
        CHECK (dropped_at IS NULL OR (status = 'converted' AND NOT blocks)),
    ADD CONSTRAINT reservations_wished_with_staff
        FOREIGN KEY (company_id, wished_staff_id) REFERENCES staff (company_id, id);

-- No column is added to appointments: servers of the former release read its rows whole, and would
-- fail once on each of their connections. There, `party` keeps its name until they are gone.
ALTER TABLE appointments
    DROP CONSTRAINT appointments_one_per_reservation,
    ADD CONSTRAINT appointments_one_per_person UNIQUE (company_id, reservation_token, party);

-- Which appointments were one visit. An appointment that shares its visit with none is not here.
CREATE TABLE visit_appointments (
    company_id bigint NOT NULL CONSTRAINT visit_appointments_in_company REFERENCES companies,
    appointment_id bigint NOT NULL,
    visit_token uuid NOT NULL,
    CONSTRAINT visit_appointments_pkey PRIMARY KEY (company_id, appointment_id),
    CONSTRAINT visit_appointments_of_appointment
        FOREIGN KEY (company_id, appointment_id) REFERENCES appointments (company_id, id)
);
-- appointments_of_visit: what became of a visit.
CREATE INDEX visit_appointments_visit ON visit_appointments (company_id, visit_token);
GRANT SELECT (total_parts) ON appointment_reservations TO slotkeeper_overseer;
ALTER TABLE visit_appointments ENABLE ROW LEVEL SECURITY;
ALTER TABLE visit_appointments FORCE ROW LEVEL SECURITY;
CREATE POLICY acts_for_company ON visit_appointments TO slotkeeper_app USING (company_id = ANY ((
    SELECT nullif(current_setting('slotkeeper.companies', true), '')::bigint[])::bigint[]));
GRANT SELECT, INSERT ON visit_appointments TO slotkeeper_app;

-- note_person: the former release writes and reads `party`; for both releases both columns are right.
CREATE FUNCTION note_person() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.person = 1 THEN
        NEW.person := NEW.party;
    ELSE
        NEW.party := NEW.person;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reservations_note_person BEFORE INSERT ON appointment_reservations
    FOR EACH ROW WHEN (NEW.party <> NEW.person) EXECUTE FUNCTION note_person();

-- An appointment that stands keeps its time. The former release knows no visits of several people,
-- and would free what all of them take with the appointment of one.
CREATE FUNCTION refuse_a_bare_appointment() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (
        SELECT FROM appointments a
        WHERE a.company_id = NEW.company_id AND a.id = NEW.converted_to_appointment_id
          AND a.status = 'booked' AND a.reservation_token = NEW.caller_token)
    THEN
        RAISE EXCEPTION 'an appointment that stands would lose its time'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER reservations_keep_booked_time
    AFTER UPDATE OF blocks ON appointment_reservations
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.blocks AND NOT NEW.blocks AND NEW.status = 'converted'
                       AND NEW.dropped_at IS NULL)
    EXECUTE FUNCTION refuse_a_bare_appointment();

COMMENT ON COLUMN appointment_reservations.person IS
    'For which person of the visit, from 1; a call has one wish of a service and start for each';
COMMENT ON COLUMN appointment_reservations.part_number IS
    'Its place among the parts of the visit, from 1; a part is one service for one person';
COMMENT ON COLUMN appointment_reservations.total_parts IS 'How many parts the visit has';
COMMENT ON COLUMN appointment_reservations.wished_staff_id IS
    'With whom the caller wished this part; NULL with anyone';
COMMENT ON COLUMN appointment_reservations.price_cents IS
    'The price of the whole part when it was held, in hundredths; NULL where none is known';
COMMENT ON COLUMN appointment_reservations.cancel_notice_min IS
    'The notice for a cancellation when it was held, in minutes; NULL before that was kept';
COMMENT ON COLUMN appointment_reservations.dropped_at IS
    'When this part alone was cancelled or moved while the rest of its appointment stands';
COMMENT ON COLUMN appointment_reservations.party IS
    'The former name of person; kept for servers of the former release';
COMMENT ON COLUMN appointment_reservations.segment_number IS
    'Its place among the segments of the visit, from 1, through all parts';
COMMENT ON COLUMN appointment_reservations.total_segments IS 'How many segments the visit has';
COMMENT ON COLUMN appointments.party IS 'Which person of its visit, from 1';
COMMENT ON TABLE visit_appointments IS
    'The appointments of a visit that has several: of several people, or of parts moved alone';
COMMENT ON COLUMN visit_appointments.company_id IS 'The company';
COMMENT ON COLUMN visit_appointments.appointment_id IS 'The appointment';
COMMENT ON COLUMN visit_appointments.visit_token IS
    'The token by which the visit was held, shared by all of its appointments';
