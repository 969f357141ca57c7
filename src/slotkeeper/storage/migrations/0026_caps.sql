-- What callers keep of whom nobody knows that they are customers, and how many new numbers ring.
ALTER TABLE appointment_reservations
    ADD COLUMN unproven text,
    ADD CONSTRAINT reservations_unproven_known
        CHECK (unproven IN ('number', 'unnamed')) NOT VALID;
ALTER TABLE appointment_reservations VALIDATE CONSTRAINT reservations_unproven_known;
CREATE INDEX reservations_unproven ON appointment_reservations (company_id, reserved_at)
    WHERE unproven IS NOT NULL AND blocks;

-- A table of its own and no column of `calls`: servers of the former release read those rows whole.
CREATE TABLE new_callers (
    company_id bigint NOT NULL CONSTRAINT new_callers_in_company REFERENCES companies,
    caller_hash bytea NOT NULL
        CONSTRAINT new_callers_caller_hash_is_sha256 CHECK (length(caller_hash) = 32),
    since timestamptz NOT NULL,
    is_rival boolean NOT NULL DEFAULT false,
    CONSTRAINT new_callers_pkey PRIMARY KEY (company_id, caller_hash)
);
CREATE INDEX new_callers_since ON new_callers (company_id, since);
CREATE INDEX new_callers_rivals ON new_callers (company_id, since) WHERE is_rival;
ALTER TABLE new_callers ENABLE ROW LEVEL SECURITY;
ALTER TABLE new_callers FORCE ROW LEVEL SECURITY;
CREATE POLICY acts_for_company ON new_callers TO slotkeeper_app USING (company_id = ANY ((
    SELECT nullif(current_setting('slotkeeper.companies', true), '')::bigint[])::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON new_callers TO slotkeeper_app;

ALTER TABLE companies
    ADD COLUMN max_new_callers_hour integer NOT NULL DEFAULT 60,
    ADD CONSTRAINT companies_max_new_callers_hour_positive
        CHECK (max_new_callers_hour > 0) NOT VALID;
ALTER TABLE companies VALIDATE CONSTRAINT companies_max_new_callers_hour_positive;

COMMENT ON COLUMN appointment_reservations.unproven IS
    'Who keeps it where nobody knew that it was a customer: number, or unnamed (withheld, no call). NULL: a known number or the desk';
COMMENT ON TABLE new_callers IS
    'Numbers without an appointment that wished something within the hour';
COMMENT ON COLUMN new_callers.company_id IS 'The company it belongs to';
COMMENT ON COLUMN new_callers.caller_hash IS 'As in calls';
COMMENT ON COLUMN new_callers.since IS 'When it first wished something';
COMMENT ON COLUMN new_callers.is_rival IS
    'Whether it has wished a time that another unproven caller kept, as in a crowd';
COMMENT ON COLUMN companies.max_new_callers_hour IS
    'How many numbers without an appointment are served in an hour; more are called back';
COMMENT ON COLUMN companies.max_holds_per_caller_hour IS
    'How many slots one number keeps: held in its other calls, or booked within the hour';
COMMENT ON COLUMN companies.max_holds_withheld_hour IS
    'The same for all callers together who withhold their number on one line';
