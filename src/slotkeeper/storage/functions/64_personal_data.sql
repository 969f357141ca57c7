-- is_of: whether a row with this name and number is a person's.
CREATE OR REPLACE FUNCTION is_of(p_person person, p_name text, p_phone text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(p_phone = ANY (p_person.phones) AND (
        cardinality(p_person.names) = 0 OR lower(p_name) = ANY (p_person.names)), false)
$$;

-- mentions: whether a text names a person by number, in whatever form, or by e-mail address.
CREATE OR REPLACE FUNCTION mentions(p_person person, p_text text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(position(p_person.email IN lower(p_text)) > 0, false) OR EXISTS (
        SELECT FROM unnest(p_person.phones) phone
        WHERE position(right(phone, 8) IN regexp_replace(p_text, '[^0-9]', '', 'g')) > 0)
$$;

-- without_person: the text with a person's names, numbers and e-mail address taken out.
CREATE OR REPLACE FUNCTION without_person(p_person person, p_text text) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_word text;
BEGIN
    FOREACH v_word IN ARRAY array_remove(
        p_person.phones || p_person.known_as || p_person.email, NULL)
    LOOP
        p_text := regexp_replace(
            p_text, regexp_replace(v_word, '([^[:alnum:] ])', '\\\1', 'g'), '', 'gi');
    END LOOP;
    RETURN p_text;
END $$;

-- bare_answer: of a tool's answer what the figures and the call's story need, and no sentence.
CREATE OR REPLACE FUNCTION bare_answer(p_answer jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') FROM jsonb_each(p_answer) e
    WHERE e.key IN ('start', 'end', 'reservation_token', 'expires_in_s', 'appointment_id')
$$;

-- is_keyed: whether a caller's hash was made with the installation's secret. A server of the former
-- release makes one without, from which a number can be guessed.
CREATE OR REPLACE FUNCTION is_keyed(p_caller_hash bytea) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(substr(p_caller_hash, 1, 4) = 'keyd'::bytea, true)
$$;

-- personal_data: what is kept of persons. A row here is all that a new table or column needs: the
-- worker ends what is too old, and an export or an erasure finds what is a person's.
--   columns    what can name or reach a person, or tell what somebody said
--   kept_from  the instant from which it is kept, of the row t
--   keep       for how long: a company's rule in days, or an interval
--   ends       what is set in its place then; NULL: the row goes
--   remains    whether the row t still has it
--   of_person  whether the row t is the person's ($2)
--   erased     what an erasure sets in its place; NULL: the row goes
--   in_order   a column in whose order rows mostly grow old, so that what lies before the first row
--              that still has it is not looked at again. NULL: there are few rows
CREATE VIEW personal_data AS
SELECT * FROM (VALUES
    ('held_unbooked', 'appointment_reservations',
     '{customer_name,customer_phone,person_called}'::text[], 't.reserved_at',
     'keep_unbooked_days', 'customer_name = NULL, customer_phone = NULL, person_called = NULL',
     't.status <> ''converted'' AND num_nonnulls(t.customer_name, t.customer_phone, t.person_called) > 0',
     'is_of($2, t.customer_name, t.customer_phone)',
     'customer_name = NULL, customer_phone = NULL, person_called = NULL', 'id'),
    ('held', 'appointment_reservations',
     '{customer_name,customer_phone,person_called}', 't.end_time',
     'keep_ended_days', 'customer_name = NULL, customer_phone = NULL, person_called = NULL',
     'num_nonnulls(t.customer_name, t.customer_phone, t.person_called) > 0', NULL, NULL, 'id'),
    -- Before the appointments: whose it is, their names tell.
    ('rang', 'said_numbers', '{caller_phone}',
     '(SELECT a.ends_at FROM appointments a WHERE a.company_id = t.company_id '
     'AND a.id = t.appointment_id)', 'keep_names_days', 'caller_phone = NULL',
     't.caller_phone IS NOT NULL',
     'is_of($2, (SELECT a.customer_name FROM appointments a WHERE a.company_id = t.company_id '
     'AND a.id = t.appointment_id), t.caller_phone)', 'caller_phone = NULL', NULL),
    ('booked', 'appointments', '{customer_name,customer_phone}', 't.ends_at',
     'keep_names_days', 'customer_name = NULL, customer_phone = NULL',
     'num_nonnulls(t.customer_name, t.customer_phone) > 0',
     'is_of($2, t.customer_name, t.customer_phone)',
     'customer_name = NULL, customer_phone = NULL', 'id'),
    ('called_back', 'callbacks', '{customer_name,customer_phone,reason}', 't.requested_at',
     'keep_said_days', 'customer_name = NULL, customer_phone = NULL, reason = NULL, '
                       'done_at = coalesce(done_at, clock_timestamp())',
     'num_nonnulls(t.customer_name, t.customer_phone, t.reason) > 0',
     'is_of($2, t.customer_name, t.customer_phone) OR mentions($2, t.reason)',
     'customer_name = NULL, customer_phone = NULL, reason = NULL, '
     'done_at = coalesce(done_at, clock_timestamp())', 'id'),
    ('hashed_unkeyed', 'calls', '{caller_hash}', 't.first_seen_at', '1 hour',
     'caller_hash = NULL', 'NOT is_keyed(t.caller_hash)', NULL, NULL, 'id'),
    ('called', 'calls', '{caller_hash,disconnection_reason}', 't.first_seen_at',
     'keep_said_days', 'caller_hash = NULL, disconnection_reason = NULL',
     'num_nonnulls(t.caller_hash, t.disconnection_reason) > 0', 't.call_id = ANY ($2.call_ids)',
     'caller_hash = NULL, disconnection_reason = NULL', 'id'),
    ('rang_unknown', 'new_callers', '{caller_hash}', 't.since', '1 hour', NULL, 'true',
     't.caller_hash IN (SELECT c.caller_hash FROM calls c WHERE c.company_id = t.company_id '
     'AND c.call_id = ANY ($2.call_ids))', NULL, NULL),
    ('said', 'tool_calls', '{arguments,understood,answer}', 't.answered_at',
     'keep_said_days', 'arguments = ''{}'', understood = NULL, answer = bare_answer(answer)',
     't.arguments <> ''{}'' OR t.understood IS NOT NULL OR t.answer <> bare_answer(t.answer)',
     't.call_id = ANY ($2.call_ids) OR mentions($2, t.arguments::text)',
     'arguments = ''{}'', understood = NULL, answer = bare_answer(answer)', 'id'),
    ('talked_about', 'call_topics', '{topic}', 't.kept_at', 'keep_said_days', NULL, 'true',
     't.call_id = ANY ($2.call_ids)', NULL, NULL),
    ('compared', 'comparisons', '{subject}', 't.since', '1 day', NULL, 'true', 'false', NULL, NULL),
    ('wished_in_vain', 'refused_wishes', '{wishes}',
     '(SELECT c.first_seen_at FROM calls c WHERE c.company_id = t.company_id '
     'AND c.call_id = t.call_id)', 'keep_said_days', NULL, 'true',
     't.call_id = ANY ($2.call_ids)', NULL, NULL),
    ('answered_once', 'idempotency_keys', '{answer}', 't.created_at', '24 hours', NULL, 'true',
     'mentions($2, t.answer)', 'answer = without_person($2, answer)', NULL),
    ('absent', 'absences', '{reason}', 't.ends_at', 'keep_names_days', 'reason = NULL',
     't.reason IS NOT NULL', 'mentions($2, t.reason)', 'reason = NULL', NULL),
    ('busy', 'busy_times', '{source}', 't.ends_at', 'keep_names_days', NULL, 'true',
     'false', NULL, NULL)
) AS p (what, table_name, columns, kept_from, keep, ends, remains, of_person, erased, in_order);
GRANT SELECT ON personal_data TO slotkeeper_app;

-- kept: how long something is kept by a company's rule in days, or an interval.
CREATE OR REPLACE FUNCTION kept(p_company companies, p_keep text) RETURNS interval
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_keep LIKE 'keep\_%'
                THEN make_interval(days => (to_jsonb(p_company) ->> p_keep)::integer)
                ELSE p_keep::interval END
$$;

-- forget_batch: end at most p_limit rows of one kind that are too old, from p_mark on in their order;
-- rows that somebody has locked are left for the next time. Returns how many, and the first row from
-- which the next look begins.
CREATE OR REPLACE FUNCTION forget_batch(
    p_company_id bigint, p_kind personal_data, p_due timestamptz, p_mark text, p_limit integer,
    OUT forgotten integer, OUT mark text)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_from text := '';
    v_order text := coalesce(p_kind.in_order, p_kind.kept_from);
    v_rows tid[];
BEGIN
    IF p_mark IS NOT NULL THEN
        v_from := format('AND t.%I >= %L', p_kind.in_order, p_mark);
    END IF;
    EXECUTE format(
        'SELECT ARRAY(SELECT t.ctid FROM %I t WHERE t.company_id = $1 %s AND %s < $2 AND (%s) '
        'ORDER BY %s LIMIT $3 FOR UPDATE OF t SKIP LOCKED)',
        p_kind.table_name, v_from, p_kind.kept_from, p_kind.remains, v_order)
    INTO v_rows USING p_company_id, p_due, p_limit;
    IF p_kind.ends IS NULL THEN
        EXECUTE format('DELETE FROM %I t WHERE t.company_id = $1 AND t.ctid = ANY ($2)',
                       p_kind.table_name) USING p_company_id, v_rows;
    ELSE
        EXECUTE format('UPDATE %I t SET %s WHERE t.company_id = $1 AND t.ctid = ANY ($2)',
                       p_kind.table_name, p_kind.ends) USING p_company_id, v_rows;
    END IF;
    forgotten := cardinality(v_rows);
    IF p_kind.in_order IS NOT NULL THEN
        EXECUTE format(
            'SELECT coalesce((SELECT t.%1$I FROM %2$I t WHERE t.company_id = $1 %3$s AND (%4$s) '
            'ORDER BY t.%1$I LIMIT 1), (SELECT max(t.%1$I) FROM %2$I t WHERE t.company_id = $1))',
            p_kind.in_order, p_kind.table_name, v_from, p_kind.remains)
        INTO mark USING p_company_id;
    END IF;
END $$;

-- forget_old: end what a company has kept of persons for long enough, at most p_limit rows of each
-- kind; what is left says whether there may be more. No lock of the company, and nobody is waited
-- for. p_kinds: only these (NULL: all). A sandbox company is judged by its callers' clock alone: nothing
-- without p_now.
CREATE OR REPLACE FUNCTION forget_old(
    p_company_id bigint, p_limit integer, p_kinds text[], p_now timestamptz)
RETURNS TABLE (what text, forgotten integer, is_full boolean)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    v_company companies;
    v_kind personal_data;
    v_mark text;
    v_now timestamptz;
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    SELECT * INTO v_company FROM companies c WHERE c.id = p_company_id;
    IF v_company.id IS NULL OR (v_company.sandbox AND p_now IS NULL) THEN
        RETURN;
    END IF;
    v_now := clock_of(v_company, p_now);
    FOR v_kind IN
        SELECT * FROM personal_data p WHERE p_kinds IS NULL OR p.what = ANY (p_kinds)
    LOOP
        SELECT m.done_through INTO v_mark FROM retention_marks m
        WHERE m.company_id = p_company_id AND m.what = v_kind.what;
        SELECT b.forgotten, b.mark INTO forgotten, v_mark
        FROM forget_batch(p_company_id, v_kind, v_now - kept(v_company, v_kind.keep), v_mark,
                          p_limit) b;
        IF v_mark IS NOT NULL THEN
            INSERT INTO retention_marks AS m (company_id, what, done_through)
            VALUES (p_company_id, v_kind.what, v_mark)
            ON CONFLICT (company_id, what) DO UPDATE SET done_through = excluded.done_through
            WHERE m.done_through <> excluded.done_through;
        END IF;
        what := v_kind.what;
        is_full := forgotten = p_limit;
        RETURN NEXT;
    END LOOP;
END $$;
