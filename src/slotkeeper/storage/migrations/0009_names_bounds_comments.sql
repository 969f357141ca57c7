-- Names, bounds and comments: what a constraint promises stands in its name, every text has a
-- longest length, and \d+ explains every table and column.
-- A server of the former release may still be running: what it reads or writes is not dropped here
-- but in next/, which the runner leaves alone until a release gives it a number.

-- No code has ever read or written customers. The column that points here goes in next/.
ALTER TABLE appointments DROP CONSTRAINT appointments_company_id_customer_id_fkey;
DROP TABLE customers;
-- Only the simulator's check read by this index, on the table that is written most.
DROP INDEX reservations_time_range;

-- Names. Before this, PostgreSQL had named most constraints after their columns.
DO $$
DECLARE
    v_table regclass;
    v_old text;
    v_new text;
BEGIN
    FOR v_table, v_old, v_new IN
        SELECT c.conrelid, renamed.* FROM (VALUES
            ('absences_check', 'absences_end_after_their_start'),
            ('absences_company_id_fkey', 'absences_in_company'),
            ('absences_company_id_calendar_id_fkey', 'absences_on_calendar'),
            ('appointment_reservations_status_check', 'reservations_status_known'),
            ('appointment_reservations_call_id_check', 'reservations_call_id_fits'),
            ('appointment_reservations_customer_phone_check', 'reservations_customer_phone_fits'),
            ('appointment_reservations_customer_name_check', 'reservations_customer_name_fits'),
            ('appointment_reservations_segment_number_check',
                'reservations_segment_number_in_range'),
            ('appointment_reservations_total_segments_check',
                'reservations_total_segments_in_range'),
            ('appointment_reservations_channel_check', 'reservations_channel_fits'),
            ('appointment_reservations_party_check', 'reservations_party_in_range'),
            ('appointment_reservations_buffer_before_min_check',
                'reservations_buffer_before_min_in_range'),
            ('appointment_reservations_buffer_after_min_check',
                'reservations_buffer_after_min_in_range'),
            ('appointment_reservations_company_id_fkey', 'reservations_in_company'),
            ('appointment_reservations_company_id_service_id_fkey', 'reservations_of_service'),
            ('appointment_reservations_company_id_staff_id_fkey', 'reservations_with_staff'),
            ('appointment_reservations_company_id_calendar_id_fkey', 'reservations_on_calendar'),
            ('appointment_reservations_company_id_converted_to_appointme_fkey',
                'reservations_converted_to_appointment'),
            ('appointment_reservations_origin_check', 'reservations_origin_known'),
            ('appointment_reservations_announced_check', 'reservations_announced_in_range'),
            ('appointments_status_check', 'appointments_status_known'),
            ('appointments_call_id_check', 'appointments_call_id_fits'),
            ('appointments_customer_name_check', 'appointments_customer_name_fits'),
            ('appointments_customer_phone_check', 'appointments_customer_phone_fits'),
            ('appointments_party_check', 'appointments_party_in_range'),
            ('appointments_check', 'appointments_end_after_their_start'),
            ('appointments_check1', 'appointments_say_when_cancelled'),
            ('appointments_company_id_reservation_token_key', 'appointments_one_per_reservation'),
            ('appointments_company_id_fkey', 'appointments_in_company'),
            ('appointments_company_id_service_id_fkey', 'appointments_of_service'),
            ('appointments_company_id_staff_id_fkey', 'appointments_with_staff'),
            ('audit_log_company_id_fkey', 'audit_log_in_company'),
            ('branches_key_check', 'branches_key_fits'),
            ('branches_name_check', 'branches_name_fits'),
            ('branches_company_id_key_key', 'branches_key_once'),
            ('branches_company_id_fkey', 'branches_in_company'),
            ('busy_times_source_check', 'busy_times_source_fits'),
            ('busy_times_check', 'busy_times_end_after_their_start'),
            ('busy_times_company_id_fkey', 'busy_times_in_company'),
            ('busy_times_company_id_calendar_id_fkey', 'busy_times_on_calendar'),
            ('calendars_key_check', 'calendars_key_fits'),
            ('calendars_kind_check', 'calendars_kind_known'),
            ('calendars_name_check', 'calendars_name_fits'),
            ('calendars_company_id_key_key', 'calendars_key_once'),
            ('calendars_company_id_fkey', 'calendars_in_company'),
            ('calendars_company_id_branch_id_fkey', 'calendars_in_branch'),
            ('callbacks_customer_name_check', 'callbacks_customer_name_fits'),
            ('callbacks_customer_phone_check', 'callbacks_customer_phone_fits'),
            ('callbacks_reason_check', 'callbacks_reason_fits'),
            ('callbacks_company_id_fkey', 'callbacks_in_company'),
            ('calls_call_id_check', 'calls_call_id_fits'),
            ('calls_channel_check', 'calls_channel_fits'),
            ('calls_caller_hash_check', 'calls_caller_hash_is_sha256'),
            ('calls_company_id_call_id_key', 'calls_call_id_once'),
            ('calls_company_id_fkey', 'calls_in_company'),
            ('calls_disconnection_reason_check', 'calls_disconnection_reason_fits'),
            ('closures_check', 'closures_end_on_or_after_their_first_day'),
            ('closures_company_id_fkey', 'closures_in_company'),
            ('closures_company_id_branch_id_fkey', 'closures_of_branch'),
            ('companies_slug_check', 'companies_slug_well_formed'),
            ('companies_name_check', 'companies_name_fits'),
            ('companies_locale_check', 'companies_locale_known'),
            ('companies_currency_check', 'companies_currency_well_formed'),
            ('companies_hold_ttl_s_check', 'companies_hold_ttl_s_in_range'),
            ('companies_max_hold_age_s_check', 'companies_max_hold_age_s_in_range'),
            ('companies_min_notice_min_check', 'companies_min_notice_min_not_negative'),
            ('companies_horizon_days_check', 'companies_horizon_days_in_range'),
            ('companies_slot_step_min_check', 'companies_slot_step_min_in_range'),
            ('companies_max_alternatives_check', 'companies_max_alternatives_in_range'),
            ('companies_cancel_notice_min_check', 'companies_cancel_notice_min_not_negative'),
            ('companies_move_notice_min_check', 'companies_move_notice_min_not_negative'),
            ('companies_max_holds_per_caller_hour_check',
                'companies_max_holds_per_caller_hour_positive'),
            ('companies_max_holds_withheld_hour_check',
                'companies_max_holds_withheld_hour_positive'),
            ('companies_max_held_min_per_day_check', 'companies_max_held_min_per_day_positive'),
            ('companies_slug_key', 'companies_slug_once'),
            ('directory_kind_check', 'directory_kind_known'),
            ('directory_key_hash_check', 'directory_key_hash_is_sha256'),
            ('directory_company_id_fkey', 'directory_in_company'),
            ('faults_kind_check', 'faults_kind_fits'),
            ('faults_channel_check', 'faults_channel_fits'),
            ('faults_company_id_fkey', 'faults_in_company'),
            ('idempotency_keys_company_id_key_hash_key', 'idempotency_keys_hash_once'),
            ('idempotency_keys_company_id_fkey', 'idempotency_keys_in_company'),
            ('opening_hours_weekday_check', 'opening_hours_weekday_in_range'),
            ('opening_hours_check', 'opening_hours_close_after_opening'),
            ('opening_hours_company_id_fkey', 'opening_hours_in_company'),
            ('opening_hours_company_id_branch_id_fkey', 'opening_hours_of_branch'),
            ('opening_hours_company_id_staff_id_fkey', 'opening_hours_of_staff'),
            ('outbox_kind_check', 'outbox_kind_well_formed'),
            ('outbox_company_id_fkey', 'outbox_in_company'),
            ('rollout_settings_company_id_name_key', 'rollout_settings_name_once'),
            ('rollout_settings_company_id_fkey', 'rollout_settings_in_company'),
            ('segment_resources_company_id_segment_id_calendar_id_key',
                'segment_resources_calendar_once'),
            ('segment_resources_company_id_fkey', 'segment_resources_in_company'),
            ('segment_resources_company_id_segment_id_fkey', 'segment_resources_of_segment'),
            ('segment_resources_company_id_calendar_id_fkey', 'segment_resources_on_calendar'),
            ('service_segments_segment_number_check', 'service_segments_segment_number_in_range'),
            ('service_segments_name_check', 'service_segments_name_fits'),
            ('service_segments_duration_min_check', 'service_segments_duration_min_in_range'),
            ('service_segments_gap_after_min_check', 'service_segments_gap_after_min_in_range'),
            ('service_segments_gap_after_max_min_check',
                'service_segments_gap_after_max_min_in_range'),
            ('service_segments_same_staff_check', 'service_segments_same_staff_known'),
            ('service_segments_check', 'service_segments_gap_max_at_least_min'),
            ('service_segments_company_id_service_id_segment_number_key',
                'service_segments_number_once'),
            ('service_segments_company_id_fkey', 'service_segments_in_company'),
            ('service_segments_company_id_service_id_fkey', 'service_segments_of_service'),
            ('services_key_check', 'services_key_fits'),
            ('services_name_check', 'services_name_fits'),
            ('services_price_cents_check', 'services_price_cents_not_negative'),
            ('services_gap_policy_check', 'services_gap_policy_known'),
            ('services_buffer_before_min_check', 'services_buffer_before_min_in_range'),
            ('services_buffer_after_min_check', 'services_buffer_after_min_in_range'),
            ('services_min_notice_min_check', 'services_min_notice_min_not_negative'),
            ('services_horizon_days_check', 'services_horizon_days_in_range'),
            ('services_slot_step_min_check', 'services_slot_step_min_in_range'),
            ('services_synonyms_check', 'services_synonyms_are_a_list'),
            ('services_company_id_key_key', 'services_key_once'),
            ('services_company_id_fkey', 'services_in_company'),
            ('signing_secrets_platform_check', 'signing_secrets_platform_well_formed'),
            ('signing_secrets_secret_check', 'signing_secrets_secret_fits'),
            ('signing_secrets_company_id_platform_secret_key', 'signing_secrets_secret_once'),
            ('signing_secrets_company_id_fkey', 'signing_secrets_in_company'),
            ('slotkeeper_migrations_kind_check', 'slotkeeper_migrations_kind_known'),
            ('staff_key_check', 'staff_key_fits'),
            ('staff_name_check', 'staff_name_fits'),
            ('staff_company_id_key_key', 'staff_key_once'),
            ('staff_company_id_fkey', 'staff_in_company'),
            ('staff_company_id_branch_id_fkey', 'staff_in_branch'),
            ('staff_company_id_calendar_id_fkey', 'staff_on_calendar'),
            ('staff_services_company_id_staff_id_service_id_key', 'staff_services_pair_once'),
            ('staff_services_company_id_fkey', 'staff_services_in_company'),
            ('staff_services_company_id_staff_id_fkey', 'staff_services_of_staff'),
            ('staff_services_company_id_service_id_fkey', 'staff_services_of_service'),
            ('tool_calls_company_id_fkey', 'tool_calls_in_company'),
            ('tool_calls_channel_check', 'tool_calls_channel_fits'),
            ('tool_calls_cohort_check', 'tool_calls_cohort_known'),
            ('tool_calls_reason_check', 'tool_calls_reason_fits'),
            ('tool_calls_wish_check', 'tool_calls_wish_known')
        ) AS renamed (old, new)
        JOIN pg_constraint c ON c.conname = renamed.old
        WHERE c.connamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', v_table, v_old, v_new);
    END LOOP;
END $$;

-- Bounds. Each is as wide as what the code that writes the column has always let through.
ALTER TABLE companies
    ADD CONSTRAINT companies_timezone_fits CHECK (length(timezone) BETWEEN 1 AND 60);
ALTER TABLE branches
    ADD CONSTRAINT branches_subdivision_fits CHECK (length(subdivision) <= 10);
ALTER TABLE staff
    ADD CONSTRAINT staff_position_fits CHECK (length("position") <= 200);
ALTER TABLE services
    ADD CONSTRAINT services_category_fits CHECK (length(category) <= 200);
ALTER TABLE service_segments
    ADD CONSTRAINT service_segments_gap_name_fits CHECK (length(gap_name) <= 200);
ALTER TABLE closures
    ADD CONSTRAINT closures_reason_fits CHECK (length(reason) <= 200);
ALTER TABLE absences
    ADD CONSTRAINT absences_reason_fits CHECK (length(reason) <= 200);
ALTER TABLE appointments
    ADD CONSTRAINT appointments_channel_fits CHECK (length(channel) <= 40),
    ADD CONSTRAINT appointments_cancel_reason_fits CHECK (length(cancel_reason) <= 100);
ALTER TABLE appointment_reservations
    ADD CONSTRAINT reservations_end_reason_fits CHECK (length(end_reason) <= 100);
ALTER TABLE calls
    ADD CONSTRAINT calls_cohort_known CHECK (cohort IN ('on', 'off', 'shadow'));
-- The starts that were named as free, and with whom each was: two arrays, read in step.
UPDATE tool_calls
SET told_free_staff = told_free_staff[:cardinality(told_free)]
    || array_fill(NULL::uuid, ARRAY[
           greatest(cardinality(told_free) - cardinality(told_free_staff), 0)])
WHERE cardinality(told_free) <> cardinality(told_free_staff);
ALTER TABLE tool_calls
    ADD CONSTRAINT tool_calls_call_id_fits CHECK (length(call_id) <= 100),
    ADD CONSTRAINT tool_calls_tool_fits CHECK (length(tool) <= 100),
    ADD CONSTRAINT tool_calls_status_fits CHECK (length(status) <= 100),
    ADD CONSTRAINT tool_calls_each_start_told_has_its_staff
        CHECK (cardinality(told_free) = cardinality(told_free_staff));
ALTER TABLE callbacks
    ADD CONSTRAINT callbacks_call_id_fits CHECK (length(call_id) <= 100);
ALTER TABLE idempotency_keys
    ADD CONSTRAINT idempotency_keys_key_hash_is_sha256 CHECK (length(key_hash) = 32),
    ADD CONSTRAINT idempotency_keys_payload_hash_is_sha256 CHECK (length(payload_hash) = 32),
    ADD CONSTRAINT idempotency_keys_answer_fits CHECK (length(answer) <= 1000000),
    ADD CONSTRAINT idempotency_keys_http_status_in_range
        CHECK (http_status BETWEEN 100 AND 599);
ALTER TABLE rollout_settings
    ADD CONSTRAINT rollout_settings_name_fits CHECK (length(name) BETWEEN 1 AND 100);
ALTER TABLE audit_log
    ADD CONSTRAINT audit_log_actor_fits CHECK (length(actor) <= 200),
    ADD CONSTRAINT audit_log_action_fits CHECK (length(action) <= 100),
    ADD CONSTRAINT audit_log_subject_fits CHECK (length(subject) <= 1000);
ALTER TABLE signing_secrets
    ADD CONSTRAINT signing_secrets_platform_fits CHECK (length(platform) <= 40);
ALTER TABLE directory
    ADD CONSTRAINT directory_prefix_fits CHECK (length(prefix) <= 40);
ALTER TABLE outbox
    ADD CONSTRAINT outbox_kind_fits CHECK (length(kind) <= 100);
ALTER TABLE slotkeeper_migrations
    ADD CONSTRAINT slotkeeper_migrations_name_fits CHECK (length(name) <= 200),
    ADD CONSTRAINT slotkeeper_migrations_checksum_fits CHECK (length(checksum) <= 64);

-- Comments. Most foreign keys have no index of their own: the rows they point to are never deleted
-- (a catalogue's rows become inactive), so nothing looks for the rows that point to one. Segments
-- are deleted, and segment_resources_calendar_once finds what points to those.
DO $$
DECLARE
    v_table text;
BEGIN
    FOR v_table IN
        SELECT c.relname FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
          AND c.relname NOT IN ('companies', 'directory', 'slotkeeper_migrations')
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.company_id IS ''The company it belongs to''', v_table);
        EXECUTE format('COMMENT ON COLUMN %I.id IS ''Its number, unique over all companies''',
                       v_table);
    END LOOP;
END $$;

COMMENT ON TABLE companies IS 'A company: who offers appointments, with its rules.';
COMMENT ON COLUMN companies.id IS 'The company. Every other table names it in company_id';
COMMENT ON COLUMN companies.slug IS 'Its short name in addresses and on the command line';
COMMENT ON COLUMN companies.name IS 'Its name as callers hear it';
COMMENT ON COLUMN companies.timezone IS 'The time zone of its wall clocks, such as Europe/Berlin';
COMMENT ON COLUMN companies.locale IS 'The language in which callers are answered: de or en';
COMMENT ON COLUMN companies.currency IS 'The currency of its prices, such as EUR';
COMMENT ON COLUMN companies.sandbox IS
    'Whether callers may pass a test clock. Housekeeping skips such a company';
COMMENT ON COLUMN companies.catalogue_version IS
    'Rises with every change of the catalogue, so that a cached copy is noticed to be old';
COMMENT ON COLUMN companies.hold_ttl_s IS
    'How long a hold lives, in seconds. NULL: the server''s RESERVATION_LIFETIME';
COMMENT ON COLUMN companies.max_hold_age_s IS
    'How old a hold may grow, however often it is renewed';
COMMENT ON COLUMN companies.min_notice_min IS
    'How many minutes before its start a slot may still be booked';
COMMENT ON COLUMN companies.horizon_days IS 'How many days ahead may be booked';
COMMENT ON COLUMN companies.slot_step_min IS 'Starts are offered in steps of as many minutes';
COMMENT ON COLUMN companies.max_alternatives IS
    'How many other starts are offered when the wished one is not free';
COMMENT ON COLUMN companies.cancel_notice_min IS
    'How many minutes before its start an appointment may still be cancelled';
COMMENT ON COLUMN companies.move_notice_min IS
    'How many minutes before its start an appointment may still be moved';
COMMENT ON COLUMN companies.max_holds_per_caller_hour IS
    'How many holds one number may make in an hour without booking';
COMMENT ON COLUMN companies.max_holds_withheld_hour IS
    'The same for all callers together who withhold their number on one line';
COMMENT ON COLUMN companies.max_held_min_per_day IS
    'How many minutes of a calendar''s day other calls'' holds may take before no more are made';
COMMENT ON COLUMN companies.created_at IS
    'When the company was made. Unused: the next release drops it';
COMMENT ON COLUMN companies.updated_at IS 'When the catalogue was last changed';

COMMENT ON TABLE branches IS 'A place of a company.';
COMMENT ON COLUMN branches.key IS 'Its name in the company''s file';
COMMENT ON COLUMN branches.name IS 'Its name as callers hear it';
COMMENT ON COLUMN branches.subdivision IS
    'The ISO 3166-2 code whose public holidays it keeps, such as DE-BE. NULL: none';
COMMENT ON COLUMN branches.active IS 'False once the company''s file no longer names it';

COMMENT ON TABLE calendars IS
    'Whatever can be in one place at a time: a person, a room, a device. Two staff records of '
    'one person share one calendar.';
COMMENT ON COLUMN calendars.branch_id IS 'The branch it stands in';
COMMENT ON COLUMN calendars.key IS 'Its name in the company''s file';
COMMENT ON COLUMN calendars.kind IS 'person, room or device';
COMMENT ON COLUMN calendars.name IS 'Its name as the desk sees it';
COMMENT ON COLUMN calendars.active IS 'False once the company''s file no longer names it';

COMMENT ON TABLE staff IS 'A person who performs services, on a calendar.';
COMMENT ON COLUMN staff.id IS 'The person at a branch';
COMMENT ON COLUMN staff.branch_id IS 'The branch she works in';
COMMENT ON COLUMN staff.calendar_id IS 'The calendar that her appointments take';
COMMENT ON COLUMN staff.key IS 'Her name in the company''s file';
COMMENT ON COLUMN staff.name IS 'Her name as callers hear it';
COMMENT ON COLUMN staff."position" IS 'Her position, as the company''s file says it';
COMMENT ON COLUMN staff.active IS 'False once the company''s file no longer names her';

COMMENT ON TABLE services IS
    'What a customer can book. A service of several segments is a compound.';
COMMENT ON COLUMN services.key IS 'Its name in the company''s file';
COMMENT ON COLUMN services.name IS 'Its name as callers hear it';
COMMENT ON COLUMN services.category IS 'The heading it is listed under';
COMMENT ON COLUMN services.price_cents IS
    'Its price in hundredths of the currency. NULL: not said';
COMMENT ON COLUMN services.gap_policy IS
    'free: others may be served in its gaps. blocked: the calendar stays taken from first to '
    'last';
COMMENT ON COLUMN services.buffer_before_min IS
    'Minutes that its calendar is taken before it begins';
COMMENT ON COLUMN services.buffer_after_min IS 'Minutes that its calendar is taken after it ends';
COMMENT ON COLUMN services.min_notice_min IS 'Its own notice. NULL: the company''s';
COMMENT ON COLUMN services.horizon_days IS 'Its own horizon. NULL: the company''s';
COMMENT ON COLUMN services.slot_step_min IS 'Its own step. NULL: the company''s';
COMMENT ON COLUMN services.synonyms IS
    'Other names that callers use, each with a confidence: [{"text": "Herrenschnitt", '
    '"confidence": 0.95}]';
COMMENT ON COLUMN services.active IS 'False once the company''s file no longer names it';

COMMENT ON TABLE service_segments IS
    'A staffed stretch of a service. A gap after it frees the calendar.';
COMMENT ON COLUMN service_segments.service_id IS 'The service it is part of';
COMMENT ON COLUMN service_segments.segment_number IS 'Its place in the service, from 1';
COMMENT ON COLUMN service_segments.name IS 'What is done in it';
COMMENT ON COLUMN service_segments.duration_min IS 'How long it takes';
COMMENT ON COLUMN service_segments.gap_after_min IS 'How long the gap after it is at least';
COMMENT ON COLUMN service_segments.gap_after_max_min IS
    'How long the gap after it may be at most';
COMMENT ON COLUMN service_segments.gap_name IS
    'What happens in the gap, such as the colour developing';
COMMENT ON COLUMN service_segments.same_staff IS
    'Whether the person of the first segment must (required), should (preferred) or need not '
    '(any) serve this one';

COMMENT ON TABLE segment_resources IS
    'A room or device that a segment may use beside the person: one of them is taken.';
COMMENT ON COLUMN segment_resources.segment_id IS 'The segment that needs it';
COMMENT ON COLUMN segment_resources.calendar_id IS 'The room''s or device''s calendar';

COMMENT ON TABLE staff_services IS 'Who performs which service.';
COMMENT ON COLUMN staff_services.staff_id IS 'The person';
COMMENT ON COLUMN staff_services.service_id IS 'The service';

COMMENT ON TABLE opening_hours IS
    'Wall-clock hours of a branch, or of one person where hers differ from her branch''s.';
COMMENT ON COLUMN opening_hours.branch_id IS 'The branch';
COMMENT ON COLUMN opening_hours.staff_id IS 'The person. NULL: the branch itself';
COMMENT ON COLUMN opening_hours.weekday IS 'The day of the week: Monday is 1, Sunday is 7';
COMMENT ON COLUMN opening_hours.opens_local IS 'When it opens, by the company''s wall clock';
COMMENT ON COLUMN opening_hours.closes_local IS 'When it closes; 24:00 is midnight';

COMMENT ON TABLE closures IS 'Whole days on which nothing can be booked.';
COMMENT ON COLUMN closures.branch_id IS 'The branch that is closed. NULL: the whole company';
COMMENT ON COLUMN closures.first_day IS 'The first day';
COMMENT ON COLUMN closures.last_day IS 'The last day, included';
COMMENT ON COLUMN closures.reason IS 'Why, as the company''s file says it';

COMMENT ON TABLE absences IS
    'A stretch in which a calendar takes nothing new, such as a holiday or a repair.';
COMMENT ON COLUMN absences.calendar_id IS 'Whose time it is';
COMMENT ON COLUMN absences.starts_at IS 'When it begins';
COMMENT ON COLUMN absences.ends_at IS 'When it ends, not included';
COMMENT ON COLUMN absences.reason IS 'Why, as the desk says it';

COMMENT ON TABLE busy_times IS
    'A stretch that an outside calendar says is taken. It may overlap itself, so it is no '
    'reservation.';
COMMENT ON COLUMN busy_times.calendar_id IS 'Whose time it is';
COMMENT ON COLUMN busy_times.source IS 'The calendar that says so, such as a file''s name';
COMMENT ON COLUMN busy_times.starts_at IS 'When it begins';
COMMENT ON COLUMN busy_times.ends_at IS 'When it ends, not included';

COMMENT ON TABLE appointments IS 'What reservations were converted to.';
COMMENT ON COLUMN appointments.reservation_token IS
    'The reservation whose time it takes; another one after a move';
COMMENT ON COLUMN appointments.status IS 'booked or cancelled';
COMMENT ON COLUMN appointments.channel IS
    'The channel through which it was booked, such as retell, rest or desk';
COMMENT ON COLUMN appointments.call_id IS 'The call that booked it. NULL: no call did';
COMMENT ON COLUMN appointments.customer_id IS 'Unused: the next release drops it';
COMMENT ON COLUMN appointments.customer_name IS 'For whom. NULL: not said';
COMMENT ON COLUMN appointments.customer_phone IS 'The customer''s number, E.164. NULL: withheld';
COMMENT ON COLUMN appointments.party IS 'Which person of a party it is for, from 1';
COMMENT ON COLUMN appointments.service_id IS 'What is booked';
COMMENT ON COLUMN appointments.staff_id IS 'With whom the first segment is';
COMMENT ON COLUMN appointments.starts_at IS 'When the customer comes';
COMMENT ON COLUMN appointments.ends_at IS 'When the customer leaves';
COMMENT ON COLUMN appointments.booked_at IS 'When it was booked';
COMMENT ON COLUMN appointments.cancelled_at IS 'When it was cancelled. NULL: it stands';
COMMENT ON COLUMN appointments.cancel_reason IS 'Why it was cancelled, in a word for programs';

COMMENT ON TABLE appointment_reservations IS
    'A claim on a calendar: one row for each segment, and one more for each room or device that '
    'a segment needs. There is no header row with what the rows of a reservation share: the '
    'table is the original''s, so that its queries and reports still run, and so that one '
    'insert claims all or nothing.';
COMMENT ON COLUMN appointment_reservations.reservation_token IS
    'The row''s own token, made by the server';
COMMENT ON COLUMN appointment_reservations.status IS 'active, converted, expired or cancelled';
COMMENT ON COLUMN appointment_reservations.call_id IS
    'The call that holds it. NULL: no call does';
COMMENT ON COLUMN appointment_reservations.customer_phone IS
    'The customer''s number, E.164. NULL: withheld';
COMMENT ON COLUMN appointment_reservations.customer_name IS 'For whom. NULL: not said yet';
COMMENT ON COLUMN appointment_reservations.service_id IS 'What is held';
COMMENT ON COLUMN appointment_reservations.staff_id IS
    'With whom this segment is. NULL: the row of a room or device';
COMMENT ON COLUMN appointment_reservations.start_time IS
    'When this claim begins, the buffer before it included';
COMMENT ON COLUMN appointment_reservations.end_time IS
    'When this claim ends, not included; the buffer after it belongs to it';
COMMENT ON COLUMN appointment_reservations.is_compound IS
    'Whether the service has several segments';
COMMENT ON COLUMN appointment_reservations.compound_parent_token IS
    'The token that all rows of one reservation share. NULL: the reservation is one row';
COMMENT ON COLUMN appointment_reservations.segment_number IS
    'Which segment of the service, from 1';
COMMENT ON COLUMN appointment_reservations.total_segments IS 'How many segments the service has';
COMMENT ON COLUMN appointment_reservations.reserved_at IS
    'When it was held, by the database''s clock';
COMMENT ON COLUMN appointment_reservations.expires_at IS
    'From this instant on an active one is dead';
COMMENT ON COLUMN appointment_reservations.converted_to_appointment_id IS
    'The appointment it became, with status converted and only then';
COMMENT ON COLUMN appointment_reservations.created_at IS
    'When the row was written. The original''s column: no code reads it';
COMMENT ON COLUMN appointment_reservations.updated_at IS 'When the row was last changed';
COMMENT ON COLUMN appointment_reservations.caller_token IS
    'The token that the caller uses: the shared one where there is one. Generated, because an '
    'expression over two columns is no index condition under a policy';
COMMENT ON COLUMN appointment_reservations.calendar_id IS 'Whose time it takes';
COMMENT ON COLUMN appointment_reservations.blocks IS
    'Whether the time is taken: while it is active, or its appointment stands here';
COMMENT ON COLUMN appointment_reservations.offer_id IS
    'The answer in which it was offered; taking one reservation of an offer frees the others';
COMMENT ON COLUMN appointment_reservations.channel IS
    'The channel it came through, such as retell, rest or desk';
COMMENT ON COLUMN appointment_reservations.party IS 'Which person of a party it is for, from 1';
COMMENT ON COLUMN appointment_reservations.buffer_before_min IS
    'Minutes of this claim that lie before the service';
COMMENT ON COLUMN appointment_reservations.buffer_after_min IS
    'Minutes of this claim that lie after the service';
COMMENT ON COLUMN appointment_reservations.asked_at IS
    'When the caller last wished it; a repeated wish renews it';
COMMENT ON COLUMN appointment_reservations.ended_at IS
    'When it stopped being active. NULL: it is active';
COMMENT ON COLUMN appointment_reservations.end_reason IS
    'Why it was cancelled, such as released, call_ended, not_chosen or superseded';
COMMENT ON COLUMN appointment_reservations.replaced_by_token IS
    'Of an expired one that was acquired again: the new reservation';
COMMENT ON COLUMN appointment_reservations.origin IS
    'How it came about: reserve (a hold), book (booked at once), again (acquired after expiry) '
    'or move';
COMMENT ON COLUMN appointment_reservations.announced IS
    'Which of its events were told: 0 none, 1 that it was made, 2 how it ended as well';

COMMENT ON TABLE calls IS
    'One conversation on a channel. What it holds, whether it has ended, and whose caps it '
    'counts towards.';
COMMENT ON COLUMN calls.call_id IS 'The platform''s id of the call';
COMMENT ON COLUMN calls.channel IS 'The channel it came through, such as retell';
COMMENT ON COLUMN calls.cohort IS 'Unused: the next release drops it';
COMMENT ON COLUMN calls.caller_hash IS
    'SHA-256 of the caller''s number, or of the line called where the number is withheld. Ten '
    'digits can be guessed from it, so it is personal data';
COMMENT ON COLUMN calls.withheld IS 'Whether the caller withholds the number';
COMMENT ON COLUMN calls.holds_made IS 'How many holds the call has made';
COMMENT ON COLUMN calls.first_seen_at IS 'When we first heard of it';
COMMENT ON COLUMN calls.ended_at IS 'When the caller hung up; from then on it can hold nothing';
COMMENT ON COLUMN calls.started_at IS 'When the platform said that it had started';
COMMENT ON COLUMN calls.analyzed_at IS 'When the platform said that it was analyzed';
COMMENT ON COLUMN calls.disconnection_reason IS 'The platform''s own word for how it ended';

COMMENT ON TABLE tool_calls IS
    'What an agent''s tool was asked and answered in a call, without the names and numbers of '
    'persons.';
COMMENT ON COLUMN tool_calls.call_id IS
    'The platform''s id of the call; empty where none is known';
COMMENT ON COLUMN tool_calls.tool IS 'The tool''s name as the agent called it';
COMMENT ON COLUMN tool_calls.arguments IS 'What the agent passed, without persons';
COMMENT ON COLUMN tool_calls.status IS 'The answer''s status, such as available';
COMMENT ON COLUMN tool_calls.answered_at IS 'When it was answered';
COMMENT ON COLUMN tool_calls.channel IS 'The channel it came through';
COMMENT ON COLUMN tool_calls.understood IS 'What was understood of the arguments';
COMMENT ON COLUMN tool_calls.answer IS 'What was answered, without persons';
COMMENT ON COLUMN tool_calls.took_ms IS 'How long the answer took';
COMMENT ON COLUMN tool_calls.cohort IS
    'Whether the call was served with holds (on), without (off) or only watched (shadow)';
COMMENT ON COLUMN tool_calls.told_free IS 'The starts that were named as free';
COMMENT ON COLUMN tool_calls.refused_start IS 'The wished start that was refused';
COMMENT ON COLUMN tool_calls.reason IS 'Why it was refused, such as held or taken';
COMMENT ON COLUMN tool_calls.service_id IS 'The service it was about';
COMMENT ON COLUMN tool_calls.told_free_staff IS
    'With whom each start of told_free was named as free. NULL: with anybody';
COMMENT ON COLUMN tool_calls.refused_staff_id IS
    'The only person with whom the refused start was wished. NULL: anybody';
COMMENT ON COLUMN tool_calls.wish IS
    'asked: the caller asked what is free. accepted: the caller said yes. NULL: neither';
COMMENT ON COLUMN tool_calls.compound IS 'Whether the service is a compound';

COMMENT ON TABLE idempotency_keys IS
    'A request under an idempotency key and its answer, for a day.';
COMMENT ON COLUMN idempotency_keys.key_hash IS 'SHA-256 of the key';
COMMENT ON COLUMN idempotency_keys.payload_hash IS 'SHA-256 of the request that it came with';
COMMENT ON COLUMN idempotency_keys.created_at IS 'When a request last claimed it';
COMMENT ON COLUMN idempotency_keys.answer IS
    'The answer as it was sent. NULL: none yet, or the request failed';
COMMENT ON COLUMN idempotency_keys.http_status IS
    'The answer''s HTTP status. NULL: the request is under way';

COMMENT ON TABLE callbacks IS 'A customer''s wish to be called back.';
COMMENT ON COLUMN callbacks.call_id IS 'The call in which it was said. NULL: none';
COMMENT ON COLUMN callbacks.customer_name IS 'Whom to ask for';
COMMENT ON COLUMN callbacks.customer_phone IS 'The number to call';
COMMENT ON COLUMN callbacks.reason IS 'What it is about, in the caller''s words';
COMMENT ON COLUMN callbacks.requested_at IS 'When it was said';
COMMENT ON COLUMN callbacks.done_at IS 'When somebody had called back. NULL: nobody has';

COMMENT ON TABLE rollout_settings IS
    'A company''s own rollout settings, which win over the server''s.';
COMMENT ON COLUMN rollout_settings.name IS 'The setting''s name';
COMMENT ON COLUMN rollout_settings.value IS 'Its value';
COMMENT ON COLUMN rollout_settings.set_at IS 'When it was set. Unused: the next release drops it';

COMMENT ON TABLE outbox IS
    'Facts that others are to be told, written in the transaction that made them true. They '
    'carry ids, never names or numbers.';
COMMENT ON COLUMN outbox.kind IS 'What happened, such as appointment.booked';
COMMENT ON COLUMN outbox.payload IS 'To what, by id';
COMMENT ON COLUMN outbox.created_at IS 'When it happened';
COMMENT ON COLUMN outbox.delivered_at IS 'When others were told. NULL: not yet';

COMMENT ON TABLE audit_log IS 'Who changed what at the company. Rows are only ever added.';
COMMENT ON COLUMN audit_log.actor IS 'Who did it';
COMMENT ON COLUMN audit_log.action IS 'What was done, such as rollout.set';
COMMENT ON COLUMN audit_log.subject IS 'To what, without persons';
COMMENT ON COLUMN audit_log.happened_at IS 'When it was done';

COMMENT ON TABLE signing_secrets IS
    'The secrets that voice platforms sign with. They are needed to verify a signature, so they '
    'are not hashed; the newest two of a platform are valid.';
COMMENT ON COLUMN signing_secrets.platform IS 'The platform, such as retell';
COMMENT ON COLUMN signing_secrets.secret IS 'The secret';
COMMENT ON COLUMN signing_secrets.created_at IS
    'When it was added. Unused: the next release drops it';

COMMENT ON TABLE directory IS
    'What must be found before the company is known: keys, lines and short names, as hashes. No '
    'personal data and no policy.';
COMMENT ON COLUMN directory.kind IS 'company (a slug), api_key or line';
COMMENT ON COLUMN directory.key_hash IS 'SHA-256 of the slug, key or line';
COMMENT ON COLUMN directory.company_id IS 'The company it belongs to';
COMMENT ON COLUMN directory.prefix IS
    'Of an API key its first characters; of a line who registered it and how it ends';
COMMENT ON COLUMN directory.created_at IS 'When it was added';
COMMENT ON COLUMN directory.revoked_at IS 'When it was given up. NULL: it is valid';

COMMENT ON TABLE faults IS 'What broke, by kind, without anything of the request.';
COMMENT ON COLUMN faults.kind IS 'The fault''s code, such as storage_unavailable';
COMMENT ON COLUMN faults.channel IS 'The channel on which it broke';
COMMENT ON COLUMN faults.happened_at IS 'When it broke';
COMMENT ON COLUMN faults.announced IS 'Whether its event was told';

COMMENT ON TABLE slotkeeper_migrations IS 'Which files have made this schema.';
COMMENT ON COLUMN slotkeeper_migrations.name IS 'The file''s name';
COMMENT ON COLUMN slotkeeper_migrations.kind IS
    'migration (applied once) or function (laid anew when it changes)';
COMMENT ON COLUMN slotkeeper_migrations.checksum IS 'SHA-256 of the file when it was applied';
COMMENT ON COLUMN slotkeeper_migrations.applied_at IS 'When it was applied';
