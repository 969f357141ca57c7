-- How long each company keeps what names or reaches a person, and who did what. A server of the former
-- release reads none of it.

ALTER TABLE companies
    ADD COLUMN keep_unbooked_days integer NOT NULL DEFAULT 1,
    ADD COLUMN keep_ended_days integer NOT NULL DEFAULT 30,
    ADD COLUMN keep_said_days integer NOT NULL DEFAULT 30,
    ADD COLUMN keep_names_days integer NOT NULL DEFAULT 400,
    ADD COLUMN keep_events_days integer NOT NULL DEFAULT 400;
ALTER TABLE companies
    ADD CONSTRAINT companies_keep_days_in_range CHECK (
        keep_unbooked_days BETWEEN 1 AND 3650 AND keep_ended_days BETWEEN 1 AND 3650
        AND keep_said_days BETWEEN 1 AND 3650 AND keep_names_days BETWEEN 1 AND 3650
        AND keep_events_days BETWEEN 30 AND 3650) NOT VALID;
ALTER TABLE companies VALIDATE CONSTRAINT companies_keep_days_in_range;

COMMENT ON COLUMN companies.keep_unbooked_days IS
    'How many days the name and number of a hold stay that was never booked';
COMMENT ON COLUMN companies.keep_ended_days IS
    'How many days after its end a hold that was booked keeps its copy of the name and number';
COMMENT ON COLUMN companies.keep_said_days IS
    'How many days it stays what callers said: stories, callbacks, and whose call it was';
COMMENT ON COLUMN companies.keep_names_days IS
    'How many days after its end an appointment keeps its name and number, an absence its reason';
COMMENT ON COLUMN companies.keep_events_days IS
    'How many days events stay: what happened to which appointment, by whom';

-- How far the worker has ended old personal data, so that it looks at no row for ever.
CREATE TABLE retention_marks (
    company_id bigint NOT NULL CONSTRAINT retention_marks_in_company REFERENCES companies,
    what text NOT NULL CONSTRAINT retention_marks_what_fits CHECK (length(what) <= 100),
    done_through text NOT NULL
        CONSTRAINT retention_marks_done_through_fits CHECK (length(done_through) <= 100),
    CONSTRAINT retention_marks_pkey PRIMARY KEY (company_id, what)
);
ALTER TABLE retention_marks ENABLE ROW LEVEL SECURITY;
ALTER TABLE retention_marks FORCE ROW LEVEL SECURITY;
CREATE POLICY acts_for_company ON retention_marks TO slotkeeper_app USING (company_id = ANY ((
    SELECT nullif(current_setting('slotkeeper.companies', true), '')::bigint[])::bigint[]));
GRANT SELECT, INSERT, UPDATE ON retention_marks TO slotkeeper_app;
COMMENT ON TABLE retention_marks IS 'How far old personal data of each kind has ended.';
COMMENT ON COLUMN retention_marks.company_id IS 'The company';
COMMENT ON COLUMN retention_marks.what IS 'The kind, as the view personal_data has it';
COMMENT ON COLUMN retention_marks.done_through IS
    'Before the row of this id, all rows of the kind are done';
