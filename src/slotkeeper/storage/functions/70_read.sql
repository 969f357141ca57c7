-- busy: everything a check must know in one round trip: the catalogue's version, the clock, and
-- what takes time on the calendars in a window. Told apart is what is the asker's own: the call's
-- holds and bookings for the same people of a visit, and the appointments that are to be moved,
-- of which the first comes along as `moving` (NULL where there is no such). `topic` is what the call
-- talks about. p_caller is the number that rings and p_wished_at the wished start: what an older
-- call of that number left behind there is `left_behind`, what a newer one has taken over from this
-- call is `passed_on`, and what stands for the number comes along as `standing`.
-- What the call has wished in vain comes along as `refused`, and the window reaches back to it.
-- kind: hold | own | left_behind | passed_on | appointment | imported | absence.
CREATE OR REPLACE FUNCTION busy(
    p_company_id bigint, p_calendar_ids bigint[], p_from timestamptz, p_to timestamptz,
    p_call_id text, p_persons smallint[], p_moving_ids bigint[], p_moving_parts smallint[],
    p_caller text, p_wished_at timestamptz, p_now timestamptz)
RETURNS TABLE (catalogue_version bigint, read_at timestamptz, kinds text[], calendar_ids bigint[],
               starts timestamptz[], ends timestamptz[], expiries timestamptz[],
               moving known_appointments, topic text, standing known_appointments[],
               refused jsonb)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    v_company companies;
    v_moving known_appointments;
    v_refused jsonb;
    v_persons smallint[] := p_persons;
    v_now timestamptz;
    v_left uuid[];
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    SELECT * INTO v_company FROM companies WHERE id = p_company_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown company' USING ERRCODE = 'SK001';
    END IF;
    v_now := clock_of(v_company, p_now);
    v_refused := what_was_refused(p_company_id, p_call_id, v_now);
    p_from := least(p_from, first_refused_at(v_refused));
    IF p_moving_ids IS NOT NULL THEN
        SELECT * INTO v_moving FROM known_appointments a
        WHERE a.company_id = p_company_id AND a.id = p_moving_ids[1];
        SELECT coalesce(array_agg(a.party), p_persons) INTO v_persons FROM appointments a
        WHERE a.company_id = p_company_id AND a.id = ANY (p_moving_ids);
    END IF;
    v_left := left_behind(p_company_id, p_call_id, p_caller, p_wished_at, v_now);
    RETURN QUERY
    SELECT v_company.catalogue_version, v_now,
           coalesce(array_agg(t.kind), '{}'), coalesce(array_agg(t.calendar_id), '{}'),
           coalesce(array_agg(t.starts_at), '{}'), coalesce(array_agg(t.ends_at), '{}'),
           coalesce(array_agg(t.expires_at), '{}'),
           CASE WHEN v_moving.id IS NOT NULL THEN v_moving END,
           topic_of_call(p_company_id, p_call_id),
           CASE WHEN p_wished_at IS NOT NULL
                THEN standing_of_caller(p_company_id, p_call_id, p_caller, v_now) END,
           v_refused
    FROM (
        SELECT CASE WHEN r.converted_to_appointment_id = ANY (p_moving_ids)
                         AND (p_moving_parts IS NULL OR r.part_number = ANY (p_moving_parts))
                         THEN 'own'
                    WHEN r.converted_to_appointment_id = ANY (p_moving_ids) THEN 'appointment'
                    WHEN r.call_id = p_call_id AND r.person = ANY (v_persons) THEN 'own'
                    WHEN r.took_over IS NOT NULL AND is_passed_on(r, p_call_id) THEN 'passed_on'
                    WHEN r.status = 'converted' THEN 'appointment'
                    WHEN r.caller_token = ANY (v_left) THEN 'left_behind'
                    ELSE 'hold' END AS kind,
               r.calendar_id, r.start_time AS starts_at, r.end_time AS ends_at,
               CASE WHEN r.status = 'active' THEN r.expires_at END AS expires_at
        FROM appointment_reservations r
        WHERE r.company_id = p_company_id AND r.calendar_id = ANY (p_calendar_ids) AND r.blocks
          AND r.start_time < p_to AND r.start_time > p_from - longest_claim()
          AND r.end_time > p_from AND (r.status = 'converted' OR r.expires_at > v_now)
        UNION ALL
        SELECT 'imported', b.calendar_id, b.starts_at, b.ends_at, NULL FROM busy_times b
        WHERE b.company_id = p_company_id AND b.calendar_id = ANY (p_calendar_ids)
          AND b.ends_at > p_from AND b.starts_at < p_to
        UNION ALL
        SELECT 'absence', a.calendar_id, a.starts_at, a.ends_at, NULL FROM absences a
        WHERE a.company_id = p_company_id AND a.calendar_id = ANY (p_calendar_ids)
          AND a.ends_at > p_from AND a.starts_at < p_to
    ) t;
END $$;

-- The reads below name their company themselves: one statement each, instead of a transaction of
-- four (BEGIN, set_config, the read, COMMIT).

-- reservations_of_call: all that a call has held, the oldest first.
CREATE OR REPLACE FUNCTION reservations_of_call(
    p_company_id bigint, p_call_id text, p_limit integer) RETURNS SETOF whole_reservations
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    RETURN QUERY
    SELECT w.* FROM whole_reservations w
    WHERE w.company_id = p_company_id AND w.call_id = p_call_id
    ORDER BY w.first_id LIMIT p_limit;
END $$;

-- topic_of_call: what a call talks about; NULL where nothing is known. Its caller acts for the
-- company.
CREATE OR REPLACE FUNCTION topic_of_call(p_company_id bigint, p_call_id text) RETURNS text
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT topic::text FROM call_topics WHERE company_id = p_company_id AND call_id = p_call_id
$$;

-- conversation_of_call: what a call talks about, all that it has held, the oldest first, and what
-- stands for the number that rings. At least one row; its reservation is NULL where the call has
-- held nothing.
CREATE OR REPLACE FUNCTION conversation_of_call(
    p_company_id bigint, p_call_id text, p_caller text, p_limit integer, p_now timestamptz)
RETURNS TABLE (topic text, reservation whole_reservations, standing known_appointments[])
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    RETURN QUERY
    SELECT once.topic, held.whole, once.standing
    FROM (SELECT topic_of_call(p_company_id, p_call_id) AS topic,
                 standing_of_caller(p_company_id, p_call_id, p_caller,
                                    coalesce(p_now, clock_timestamp())) AS standing
         ) AS once LEFT JOIN LATERAL (
        SELECT w AS whole FROM whole_reservations w
        WHERE w.company_id = p_company_id AND w.call_id = p_call_id
        ORDER BY w.first_id LIMIT p_limit
    ) held ON true;
END $$;

-- find_reservation: a reservation by its caller's token; no row where the company has no such.
CREATE OR REPLACE FUNCTION find_reservation(p_company_id bigint, p_token uuid)
RETURNS SETOF whole_reservations
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    RETURN QUERY
    SELECT w.* FROM whole_reservations w
    WHERE w.company_id = p_company_id AND w.token = p_token;
END $$;

-- find_appointment: an appointment by its id; no row where the company has no such.
CREATE OR REPLACE FUNCTION find_appointment(p_company_id bigint, p_appointment_id bigint)
RETURNS SETOF known_appointments
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    RETURN QUERY
    SELECT a.* FROM known_appointments a
    WHERE a.company_id = p_company_id AND a.id = p_appointment_id;
END $$;

-- appointments_of_phone: what was booked for a number (E.164), the latest start first.
CREATE OR REPLACE FUNCTION appointments_of_phone(
    p_company_id bigint, p_phone text, p_limit integer) RETURNS SETOF known_appointments
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    RETURN QUERY
    SELECT a.* FROM known_appointments a
    WHERE a.company_id = p_company_id AND a.customer_phone = p_phone
    ORDER BY a.starts_at DESC LIMIT p_limit;
END $$;

-- appointments_of_call: what a call has booked, the oldest first.
CREATE OR REPLACE FUNCTION appointments_of_call(
    p_company_id bigint, p_call_id text, p_limit integer) RETURNS SETOF known_appointments
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    RETURN QUERY
    SELECT a.* FROM known_appointments a JOIN (
        SELECT DISTINCT r.converted_to_appointment_id AS id FROM appointment_reservations r
        WHERE r.company_id = p_company_id AND r.call_id = p_call_id AND r.status = 'converted'
    ) own USING (id)
    WHERE a.company_id = p_company_id ORDER BY a.id LIMIT p_limit;
END $$;

-- appointments_of_caller: what this call has booked (own), the oldest first, and what was booked
-- for the number that rings, the latest start first; an appointment may be both. The first row has
-- what the call talks about instead of an appointment. Like any tool call it keeps the call's holds
-- alive. p_call_id or p_phone is NULL where the platform tells none.
CREATE OR REPLACE FUNCTION appointments_of_caller(
    p_company_id bigint, p_call_id text, p_phone text, p_limit integer, p_ttl_s integer,
    p_now timestamptz)
RETURNS TABLE (own boolean, appointment known_appointments, topic text)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    IF p_call_id IS NOT NULL THEN
        PERFORM extend(p_company_id, NULL, p_call_id, p_ttl_s, p_now);
        RETURN QUERY
        SELECT NULL::boolean, NULL::known_appointments, topic_of_call(p_company_id, p_call_id);
        RETURN QUERY
        SELECT true, a, NULL FROM appointments_of_call(p_company_id, p_call_id, p_limit) a;
    END IF;
    RETURN QUERY
    SELECT false, a, NULL FROM appointments_of_phone(p_company_id, p_phone, p_limit) a;
END $$;

-- catalogue_version_of: whether the catalogue that a process keeps is still true; NULL where there
-- is no such company.
CREATE OR REPLACE FUNCTION catalogue_version_of(p_company_id bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    RETURN (SELECT c.catalogue_version FROM companies c WHERE c.id = p_company_id);
END $$;

-- secrets_of: the two newest secrets that a platform may sign with, so that one can be rotated
-- without a gap.
CREATE OR REPLACE FUNCTION secrets_of(p_company_id bigint, p_platform text) RETURNS SETOF text
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    RETURN QUERY
    SELECT s.secret FROM signing_secrets s
    WHERE s.company_id = p_company_id AND s.platform = p_platform
    ORDER BY s.id DESC LIMIT 2;
END $$;
