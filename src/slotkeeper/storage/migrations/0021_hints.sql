-- A caller's number is a hint, not proof. Whoever rings with it hears of an appointment only after one
-- fact more, and that is compared with an appointment a few times a day and not more often.

CREATE TABLE comparisons (
    company_id bigint NOT NULL CONSTRAINT comparisons_in_company REFERENCES companies,
    subject text NOT NULL CONSTRAINT comparisons_subject_fits CHECK (length(subject) <= 40),
    counted integer NOT NULL CONSTRAINT comparisons_were_made CHECK (counted > 0),
    since timestamptz NOT NULL,
    CONSTRAINT comparisons_pkey PRIMARY KEY (company_id, subject)
);
ALTER TABLE comparisons ENABLE ROW LEVEL SECURITY;
ALTER TABLE comparisons FORCE ROW LEVEL SECURITY;
CREATE POLICY acts_for_company ON comparisons TO slotkeeper_app USING (company_id = ANY ((
    SELECT nullif(current_setting('slotkeeper.companies', true), '')::bigint[])::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON comparisons TO slotkeeper_app;

COMMENT ON TABLE comparisons IS
    'How often what callers said was compared with what is booked; a row is dropped after a day.';
COMMENT ON COLUMN comparisons.company_id IS 'The company it belongs to';
COMMENT ON COLUMN comparisons.subject IS
    'appointment: and its id, name: and the number of a bucket of surnames, or nobody for them all';
COMMENT ON COLUMN comparisons.counted IS 'How many comparisons were made, the right ones too';
COMMENT ON COLUMN comparisons.since IS 'The first of them; a day later it is counted anew';

-- A table of its own and no column of `appointments`: servers of the former release read its rows.
CREATE TABLE said_numbers (
    company_id bigint NOT NULL CONSTRAINT said_numbers_in_company REFERENCES companies,
    appointment_id bigint NOT NULL,
    caller_phone text CONSTRAINT said_numbers_caller_phone_fits CHECK (length(caller_phone) <= 100),
    CONSTRAINT said_numbers_pkey PRIMARY KEY (company_id, appointment_id),
    CONSTRAINT said_numbers_of_appointment
        FOREIGN KEY (company_id, appointment_id) REFERENCES appointments (company_id, id)
);
CREATE INDEX said_numbers_caller ON said_numbers (company_id, caller_phone)
    WHERE caller_phone IS NOT NULL;
ALTER TABLE said_numbers ENABLE ROW LEVEL SECURITY;
ALTER TABLE said_numbers FORCE ROW LEVEL SECURITY;
CREATE POLICY acts_for_company ON said_numbers TO slotkeeper_app USING (company_id = ANY ((
    SELECT nullif(current_setting('slotkeeper.companies', true), '')::bigint[])::bigint[]));
GRANT SELECT, INSERT, UPDATE ON said_numbers TO slotkeeper_app;

COMMENT ON TABLE said_numbers IS
    'The appointments whose contact number was only said in the call: who rings with it owns nothing.';
COMMENT ON COLUMN said_numbers.company_id IS 'The company it belongs to';
COMMENT ON COLUMN said_numbers.appointment_id IS 'The appointment';
COMMENT ON COLUMN said_numbers.caller_phone IS
    'The number that rang when it was booked (E.164); null where none was shown';
