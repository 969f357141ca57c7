-- Who does a service, with what, for how long and for how much; and which services go together.

ALTER TABLE companies ADD COLUMN same_staff_in_visit text NOT NULL DEFAULT 'preferred'
    CONSTRAINT companies_same_staff_in_visit_known
        CHECK (same_staff_in_visit IN ('preferred', 'required'));
COMMENT ON COLUMN companies.same_staff_in_visit IS
    'Whether one person of the staff should (preferred) or must (required) do all that is done for '
    'a customer in a visit';

ALTER TABLE services
    ADD COLUMN visit_order smallint
        CONSTRAINT services_visit_order_fits CHECK (visit_order BETWEEN 1 AND 1000),
    ADD COLUMN add_on boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN services.visit_order IS
    'In a visit, services with a lower order come first; NULL: where the caller says it';
COMMENT ON COLUMN services.add_on IS 'Whether it is only done together with another service';

ALTER TABLE staff_services
    ADD COLUMN durations_min integer[]
        CONSTRAINT staff_services_durations_min_fit CHECK (
            cardinality(durations_min) BETWEEN 1 AND 12
            AND 1 <= ALL (durations_min) AND 720 >= ALL (durations_min)),
    ADD COLUMN price_cents integer
        CONSTRAINT staff_services_price_cents_not_negative CHECK (price_cents >= 0);
COMMENT ON COLUMN staff_services.durations_min IS
    'How long each segment takes this person; NULL, or a NULL in it, where it takes her as long as '
    'the service says';
COMMENT ON COLUMN staff_services.price_cents IS
    'What the service costs with this person; NULL where it costs what the service says';

-- What a segment needs beside the person and its segment_resources. A server of the former release
-- knows segment_resources only.
CREATE TABLE segment_needs (
    company_id bigint NOT NULL CONSTRAINT segment_needs_in_company REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    segment_id bigint NOT NULL,
    need_number smallint NOT NULL
        CONSTRAINT segment_needs_need_number_fits CHECK (need_number BETWEEN 1 AND 4),
    calendar_id bigint NOT NULL,
    wanted smallint NOT NULL CONSTRAINT segment_needs_wanted_fits CHECK (wanted BETWEEN 1 AND 12),
    PRIMARY KEY (company_id, id),
    CONSTRAINT segment_needs_calendar_once
        UNIQUE (company_id, segment_id, need_number, calendar_id),
    CONSTRAINT segment_needs_of_segment FOREIGN KEY (company_id, segment_id)
        REFERENCES service_segments (company_id, id) ON DELETE CASCADE,
    CONSTRAINT segment_needs_on_calendar FOREIGN KEY (company_id, calendar_id)
        REFERENCES calendars (company_id, id)
);
COMMENT ON TABLE segment_needs IS
    'A room or device that serves one of a segment''s needs: so many of those of a need are taken.';
COMMENT ON COLUMN segment_needs.company_id IS 'The company that owns the row';
COMMENT ON COLUMN segment_needs.id IS 'Numbers the rows of the table';
COMMENT ON COLUMN segment_needs.segment_id IS 'The segment that needs it';
COMMENT ON COLUMN segment_needs.need_number IS 'Which of the segment''s needs it serves, from 1';
COMMENT ON COLUMN segment_needs.calendar_id IS 'The room''s or device''s calendar';
COMMENT ON COLUMN segment_needs.wanted IS
    'How many of the need''s calendars are taken at once; the same in all rows of a need';

CREATE TABLE combinations (
    company_id bigint NOT NULL CONSTRAINT combinations_in_company REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    is_done boolean NOT NULL DEFAULT true,
    extra_min integer NOT NULL DEFAULT 0
        CONSTRAINT combinations_extra_min_fits CHECK (extra_min BETWEEN -720 AND 720),
    extra_cents integer NOT NULL DEFAULT 0,
    PRIMARY KEY (company_id, id)
);
COMMENT ON TABLE combinations IS
    'Services that one person has done in one visit: what that changes, or that it is not done.';
COMMENT ON COLUMN combinations.company_id IS 'The company that owns the row';
COMMENT ON COLUMN combinations.id IS 'Numbers the rows of the table';
COMMENT ON COLUMN combinations.is_done IS 'False where they are not done in one visit';
COMMENT ON COLUMN combinations.extra_min IS 'How much longer they take than their sum; may be less';
COMMENT ON COLUMN combinations.extra_cents IS 'How much more they cost than their sum; may be less';

CREATE TABLE combination_services (
    company_id bigint NOT NULL CONSTRAINT combination_services_in_company REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    combination_id bigint NOT NULL,
    service_id bigint NOT NULL,
    PRIMARY KEY (company_id, id),
    CONSTRAINT combination_services_once UNIQUE (company_id, combination_id, service_id),
    CONSTRAINT combination_services_of_combination FOREIGN KEY (company_id, combination_id)
        REFERENCES combinations (company_id, id) ON DELETE CASCADE,
    CONSTRAINT combination_services_of_service FOREIGN KEY (company_id, service_id)
        REFERENCES services (company_id, id)
);
COMMENT ON TABLE combination_services IS 'Which services a combination has.';
COMMENT ON COLUMN combination_services.company_id IS 'The company that owns the row';
COMMENT ON COLUMN combination_services.id IS 'Numbers the rows of the table';
COMMENT ON COLUMN combination_services.combination_id IS 'The combination';
COMMENT ON COLUMN combination_services.service_id IS 'A service of it';

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['segment_needs', 'combinations', 'combination_services'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format(
            'CREATE POLICY acts_for_company ON %I TO slotkeeper_app USING (company_id = ANY ((SELECT '
            'nullif(current_setting(''slotkeeper.companies'', true), '''')::bigint[])::bigint[]))',
            v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO slotkeeper_app', v_table);
    END LOOP;
END $$;
