-- as_person: whom a number, an e-mail address or a name and a number stand for, with the calls that
-- were theirs. p_caller_hash is the keyed hash of the number; with a name it says too little, since
-- a family shares a number.
CREATE OR REPLACE FUNCTION as_person(
    p_company_id bigint, p_phone text, p_name text, p_email text, p_caller_hash bytea)
RETURNS person
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_person person;
BEGIN
    v_person.phones := array_remove(ARRAY[p_phone], NULL);
    v_person.names := array_remove(ARRAY[lower(p_name)], NULL);
    v_person.email := lower(p_email);
    SELECT coalesce(array_agg(DISTINCT t.call_id) FILTER (WHERE t.call_id IS NOT NULL), '{}'),
           v_person.names
           || coalesce(array_agg(DISTINCT t.name) FILTER (WHERE t.name IS NOT NULL), '{}')
    INTO v_person.call_ids, v_person.known_as
    FROM (
        SELECT a.call_id, a.customer_name AS name FROM appointments a
        WHERE a.company_id = p_company_id AND is_of(v_person, a.customer_name, a.customer_phone)
        UNION ALL
        SELECT r.call_id, r.customer_name FROM appointment_reservations r
        WHERE r.company_id = p_company_id AND is_of(v_person, r.customer_name, r.customer_phone)
        UNION ALL
        SELECT b.call_id, b.customer_name FROM callbacks b
        WHERE b.company_id = p_company_id AND (is_of(v_person, b.customer_name, b.customer_phone)
              OR mentions(v_person, b.reason))
        UNION ALL
        SELECT c.call_id, NULL FROM calls c
        WHERE c.company_id = p_company_id AND p_name IS NULL
          AND c.caller_hash IN (p_caller_hash, sha256(convert_to(p_phone, 'UTF8')))
    ) t;
    RETURN v_person;
END $$;

-- data_of_person: every row that is a person's, whole, by its table.
CREATE OR REPLACE FUNCTION data_of_person(
    p_company_id bigint, p_phone text, p_name text, p_email text, p_caller_hash bytea)
RETURNS TABLE (table_name text, kept jsonb)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
DECLARE
    v_kind personal_data;
    v_person person;
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    v_person := as_person(p_company_id, p_phone, p_name, p_email, p_caller_hash);
    FOR v_kind IN SELECT * FROM personal_data p WHERE p.of_person IS NOT NULL LOOP
        RETURN QUERY EXECUTE format(
            'SELECT %L, to_jsonb(t) FROM %I t WHERE t.company_id = $1 AND (%s)',
            v_kind.table_name, v_kind.table_name, v_kind.of_person) USING p_company_id, v_person;
    END LOOP;
END $$;

-- standing_of_person: the ids of a person's appointments that are still to come.
CREATE OR REPLACE FUNCTION standing_of_person(
    p_company_id bigint, p_phone text, p_name text, p_now timestamptz) RETURNS bigint[]
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    RETURN ARRAY(
        SELECT a.id FROM appointments a
        WHERE a.company_id = p_company_id AND a.status = 'booked'
          AND a.ends_at > coalesce(p_now, clock_timestamp()) AND a.customer_phone = p_phone
          AND (p_name IS NULL OR lower(a.customer_name) = lower(p_name))
        ORDER BY a.starts_at);
END $$;

-- erase_person: take a person out of every row: times and services stay, and who it was is gone.
-- Said again, nothing is left to be done. An event tells other readers, by the ids of the
-- appointments and calls. No lock of the company: what is written meanwhile is erased next time.
CREATE OR REPLACE FUNCTION erase_person(
    p_company_id bigint, p_phone text, p_name text, p_email text, p_caller_hash bytea,
    p_now timestamptz)
RETURNS TABLE (table_name text, erased bigint)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    v_kind personal_data;
    v_person person;
    v_appointments jsonb;
    v_any boolean := false;
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    v_person := as_person(p_company_id, p_phone, p_name, p_email, p_caller_hash);
    v_appointments := to_jsonb(ARRAY(
        SELECT a.id FROM appointments a
        WHERE a.company_id = p_company_id AND is_of(v_person, a.customer_name, a.customer_phone)
        ORDER BY a.id));
    FOR v_kind IN SELECT * FROM personal_data p WHERE p.of_person IS NOT NULL LOOP
        EXECUTE CASE WHEN v_kind.erased IS NULL THEN format(
            'DELETE FROM %I t WHERE t.company_id = $1 AND (%s)',
            v_kind.table_name, v_kind.of_person) ELSE format(
            'UPDATE %I t SET %s WHERE t.company_id = $1 AND (%s)',
            v_kind.table_name, v_kind.erased, v_kind.of_person) END
        USING p_company_id, v_person;
        GET DIAGNOSTICS erased = ROW_COUNT;
        table_name := v_kind.table_name;
        v_any := v_any OR erased > 0;
        RETURN NEXT;
    END LOOP;
    IF v_any THEN
        INSERT INTO outbox (company_id, kind, payload, created_at)
        VALUES (p_company_id, 'customer.erased', jsonb_build_object(
            'appointment_ids', v_appointments, 'call_ids', to_jsonb(v_person.call_ids)),
            coalesce(p_now, clock_timestamp()));
    END IF;
END $$;
