-- busy: everything a check must know in one round trip: the catalogue's version, the clock, and
-- what takes time on the calendars in a window. Told apart is what is the asker's own: the call's
-- holds and bookings for the same people of a visit, and the appointments that are to be moved,
-- of which the first comes along as `moving` (NULL where there is no such). `topic` is what the call
-- talks about. p_caller is the number that rings and p_wished_at the wished start: what an older
-- call of that number left behind there is `left_behind`, what a newer one has taken over from this
-- call is `passed_on`, and what stands for the number and may be spoken of comes along as `standing`;
-- until p_named_until, a name is said that may be compared with it. `standing_ids`
-- and `standing_names` are of all of it. `booked` is what the call itself has booked and stands.
-- What the call has wished in vain comes along as `refused`, and the window reaches back to it.
-- kind: hold | own | left_behind | passed_on | appointment | imported | absence.
CREATE OR REPLACE FUNCTION busy(
    p_company_id bigint, p_calendar_ids bigint[], p_from timestamptz, p_to timestamptz,
    p_call_id text, p_persons smallint[], p_moving_ids bigint[], p_moving_parts smallint[],
    p_caller text, p_wished_at timestamptz, p_named_until timestamptz, p_now timestamptz,
    p_caller_hash bytea DEFAULT NULL)
RETURNS TABLE (catalogue_version bigint, read_at timestamptz, kinds text[], calendar_ids bigint[],
               starts timestamptz[], ends timestamptz[], expiries timestamptz[],
               moving known_appointments, topic text, standing known_appointments[],
               standing_ids bigint[], standing_names text[], booked known_appointments[],
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
    v_topic text;
    v_standing known_appointments[];
    v_ids bigint[];
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
    v_left := left_behind(p_company_id, p_call_id, p_caller_hash, p_wished_at, v_now);
    v_topic := topic_of_call(p_company_id, p_call_id);
    IF p_wished_at IS NOT NULL THEN
        v_ids := standing_ids(p_company_id, p_call_id, p_caller, v_now);
        v_standing := standing_of_caller(
            p_company_id, p_call_id, v_ids, v_topic,
            CASE WHEN p_named_until > p_wished_at
                 THEN ARRAY[tstzrange(p_wished_at, p_named_until)] END, v_now);
    END IF;
    RETURN QUERY
    SELECT v_company.catalogue_version, v_now,
           coalesce(array_agg(t.kind), '{}'), coalesce(array_agg(t.calendar_id), '{}'),
           coalesce(array_agg(t.starts_at), '{}'), coalesce(array_agg(t.ends_at), '{}'),
           coalesce(array_agg(t.expires_at), '{}'),
           CASE WHEN v_moving.id IS NOT NULL THEN v_moving END,
           v_topic, v_standing, v_ids, names_of(p_company_id, v_ids),
           CASE WHEN p_wished_at IS NOT NULL
                THEN booked_in_call(p_company_id, p_call_id) END, v_refused
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

-- booked_in_call: what a call has booked or moved and still stands, the oldest first; NULL for
-- nothing, which is so for nearly every call that is asked about.
CREATE OR REPLACE FUNCTION booked_in_call(p_company_id bigint, p_call_id text)
RETURNS known_appointments[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_ids bigint[] := ARRAY(
        SELECT DISTINCT r.converted_to_appointment_id FROM appointment_reservations r
        WHERE r.company_id = p_company_id AND r.call_id = p_call_id AND r.status = 'converted');
BEGIN
    IF v_ids = '{}' THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT array_agg(a ORDER BY a.id) FROM known_appointments a
        WHERE a.company_id = p_company_id AND a.id = ANY (v_ids) AND a.status = 'booked');
END $$;

-- times_of_call: the times that a call holds or has lost, and the one that it wishes. With p_named not
-- NULL only those at which a name may be compared: it is said now, or was with the hold.
CREATE OR REPLACE FUNCTION times_of_call(
    p_company_id bigint, p_call_id text, p_named boolean, p_wished_at timestamptz,
    p_wished_until timestamptz) RETURNS tstzrange[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(
        SELECT tstzrange(r.start_time, r.end_time) FROM appointment_reservations r
        WHERE r.company_id = p_company_id AND r.call_id = p_call_id
          AND r.status IN ('active', 'expired')
          AND (coalesce(p_named, true) OR r.customer_name IS NOT NULL)
        UNION ALL
        SELECT tstzrange(p_wished_at, p_wished_until)
        WHERE p_wished_at IS NOT NULL AND coalesce(p_named, true));
END $$;

-- conversation_of_call: what a call talks about, all that it has held, the oldest first, and what
-- stands for the number that rings and may be spoken of; with p_named, or a name given before, a name
-- may be compared with what is at the time of its holds, or from p_wished_at to p_wished_until.
-- `booked` is what the call itself has booked and stands. somebody_stands: whether anybody of any
-- number has an appointment at one of these times. At least one row; its reservation is NULL where the
-- call has held nothing.
CREATE OR REPLACE FUNCTION conversation_of_call(
    p_company_id bigint, p_call_id text, p_caller text, p_named boolean, p_wished_at timestamptz,
    p_wished_until timestamptz, p_limit integer, p_now timestamptz)
RETURNS TABLE (topic text, reservation whole_reservations, standing known_appointments[],
               standing_ids bigint[], standing_names text[], booked known_appointments[],
               somebody_stands boolean)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
DECLARE
    v_topic text;
    v_standing known_appointments[];
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_ids bigint[];
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    v_ids := standing_ids(p_company_id, p_call_id, p_caller, v_now);
    v_topic := topic_of_call(p_company_id, p_call_id);
    v_standing := standing_of_caller(
        p_company_id, p_call_id, v_ids, v_topic,
        times_of_call(p_company_id, p_call_id, p_named, p_wished_at, p_wished_until), v_now);
    RETURN QUERY
    SELECT v_topic, held.whole, v_standing, v_ids, names_of(p_company_id, v_ids),
           booked_in_call(p_company_id, p_call_id),
           EXISTS (
               SELECT FROM appointments a, unnest(
                   times_of_call(p_company_id, p_call_id, NULL, p_wished_at, p_wished_until)) s
               WHERE a.company_id = p_company_id AND a.status = 'booked'
                 AND a.call_id IS DISTINCT FROM p_call_id
                 AND a.starts_at < upper(s) AND a.ends_at > lower(s)
                 AND a.starts_at > lower(s) - longest_claim())
    FROM (SELECT) AS once LEFT JOIN LATERAL (
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

-- appointments_of_caller: what this call has booked (own), the oldest first; what it has given a
-- second fact of (proven); and what else may be meant: of the number that rings, and what starts at
-- one of the instants p_starts that were said together with a name. p_facts facts were said in one
-- breath, none where 0: an appointment is `comparable` with them as often as that may be counted. The
-- surnames of the buckets p_names are counted for what is not the number's. What shares a visit comes
-- along. The first row has what the call talks about instead of an appointment. Like any tool call it
-- keeps the call's holds alive. p_call_id or p_caller is NULL where the platform tells none.
CREATE OR REPLACE FUNCTION appointments_of_caller(
    p_company_id bigint, p_call_id text, p_caller text, p_facts integer, p_starts timestamptz[],
    p_names text[], p_cancelled_for_s integer, p_limit integer, p_ttl_s integer,
    p_now timestamptz)
RETURNS TABLE (tie text, comparable boolean, appointment known_appointments, topic text)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_since timestamptz := v_now - make_interval(secs => p_cancelled_for_s);
    v_topic text;
    v_own bigint[] := '{}';
    v_proven bigint[];
    v_number bigint[];
    v_elsewhere bigint[];
    v_compared bigint[];
    v_counted text[] := '{}';
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    IF p_call_id IS NOT NULL THEN
        PERFORM extend(p_company_id, NULL, p_call_id, p_ttl_s, p_now);
        v_topic := topic_of_call(p_company_id, p_call_id);
        v_own := ARRAY(SELECT a.id FROM appointments_of_call(p_company_id, p_call_id, p_limit) a);
    END IF;
    RETURN QUERY SELECT NULL, NULL::boolean, NULL::known_appointments, v_topic;
    -- step: what may be meant
    v_proven := proven_in(v_topic);
    v_number := ids_of_number(p_company_id, p_caller, p_limit, v_since, v_now);
    v_elsewhere := ARRAY(
        SELECT a.id FROM appointments a
        WHERE a.company_id = p_company_id AND a.starts_at = ANY (p_starts) AND a.starts_at > v_now
          AND (a.status = 'booked' OR a.cancelled_at > v_since) AND a.id <> ALL (v_number)
        ORDER BY a.id LIMIT p_limit);
    -- step: how often it may be compared; the answer to "which of them?" is compared with nothing
    IF p_facts > 0 AND v_topic::jsonb #>> '{question,about}' IS DISTINCT FROM 'appointment' THEN
        v_compared := ARRAY(SELECT id FROM unnest(v_number || v_elsewhere) id
                            WHERE id <> ALL (v_own) AND id <> ALL (v_proven));
        -- 'nobody' is written even where there is nothing to compare with, so that the time an answer
        -- takes does not tell.
        v_counted := count_comparisons(p_company_id, ARRAY(
            SELECT 'appointment:' || id FROM unnest(v_compared) id
            UNION ALL SELECT 'name:' || n FROM unnest(p_names) n
            UNION ALL SELECT 'nobody'), p_facts, v_now,
            ARRAY(SELECT 'appointment:' || id FROM unnest(v_elsewhere) id));
        IF EXISTS (SELECT FROM unnest(p_names) n WHERE 'name:' || n <> ALL (v_counted)) THEN
            v_counted := ARRAY(SELECT c FROM unnest(v_counted) c WHERE c <> ALL (ARRAY(
                SELECT 'appointment:' || id FROM unnest(v_elsewhere) id)));
        END IF;
    END IF;
    -- step: all of it, with what shares a visit
    RETURN QUERY
    SELECT CASE WHEN a.id = ANY (v_own) THEN 'own' WHEN a.id = ANY (v_proven) THEN 'proven'
                ELSE 'other' END,
           'appointment:' || a.id = ANY (v_counted), a, NULL
    FROM known_appointments a
    WHERE a.company_id = p_company_id AND a.id = ANY (
        v_own || v_proven || v_number || v_elsewhere || ARRAY(
            SELECT other.appointment_id
            FROM visit_appointments one JOIN visit_appointments other
              USING (company_id, visit_token)
            WHERE one.company_id = p_company_id
              AND one.appointment_id = ANY (v_own || v_proven || v_number || v_elsewhere)))
    ORDER BY a.id;
END $$;

-- catalogue_version_of: whether the catalogue that a process keeps is still true; NULL where there
-- is no such company.
CREATE OR REPLACE FUNCTION catalogue_version_of(p_company_id bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    RETURN (SELECT c.catalogue_version FROM companies c WHERE c.id = p_company_id);
END $$;
