-- complete: make the appointments of a live reservation, one for each person of the visit, and free
-- the offer's other options. The caller has locked the rows and found them alive. Writes the outbox
-- in the same transaction. Returns the appointments.
CREATE OR REPLACE FUNCTION complete(
    p_company companies, p_token uuid, p_customer_name text, p_customer_phone text,
    p_caller text, p_now timestamptz) RETURNS known_appointments[]
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_people integer;
    v_offer_id uuid;
    v_made known_appointments[];
BEGIN
    -- step: an appointment for each person
    INSERT INTO appointments (
        company_id, reservation_token, channel, call_id, party, customer_name, customer_phone,
        service_id, staff_id, starts_at, ends_at, booked_at)
    SELECT p_company.id, p_token, min(r.channel), min(r.call_id), r.person,
           coalesce(p_customer_name, min(r.customer_name)),
           coalesce(p_customer_phone, min(r.customer_phone)),
           (array_agg(r.service_id ORDER BY r.segment_number, r.staff_id))[1],
           (array_agg(r.staff_id ORDER BY r.segment_number, r.staff_id))[1],
           min(r.start_time + make_interval(mins => r.buffer_before_min)),
           max(r.end_time - make_interval(mins => r.buffer_after_min)), p_now
    FROM appointment_reservations r
    WHERE r.company_id = p_company.id
      AND r.caller_token = p_token
    GROUP BY r.person ORDER BY r.person;
    GET DIAGNOSTICS v_people = ROW_COUNT;
    -- A number that does not ring is only said: it says where to call back, not who may ask. What the
    -- desk gives is not said on a call, not even on the one that is made of its idempotency key.
    INSERT INTO said_numbers (company_id, appointment_id, caller_phone)
    SELECT p_company.id, a.id, CASE WHEN p_caller NOT LIKE 'line:%' THEN p_caller END
    FROM appointments a
    WHERE a.company_id = p_company.id AND a.reservation_token = p_token
      AND a.call_id IS NOT NULL AND a.customer_phone <> coalesce(p_caller, '')
      AND NOT (p_caller IS NULL AND a.call_id ~ '^key:[0-9a-f]{32}$');
    IF v_people > 1 THEN
        INSERT INTO visit_appointments (company_id, appointment_id, visit_token)
        SELECT p_company.id, a.id, p_token FROM appointments a
        WHERE a.company_id = p_company.id AND a.reservation_token = p_token;
    END IF;
    -- step: all segments
    UPDATE appointment_reservations r
    SET status = 'converted', converted_to_appointment_id = a.id,
        ended_at = p_now, updated_at = p_now,
        ended_xid = pg_current_xact_id()::text::bigint
    FROM appointments a
    WHERE r.company_id = p_company.id AND r.status = 'active'
      AND r.caller_token = p_token
      AND a.company_id = p_company.id AND a.reservation_token = p_token AND a.party = r.person;
    -- step: the options that were not chosen
    SELECT offer_id INTO v_offer_id FROM appointment_reservations r
    WHERE r.company_id = p_company.id
      AND r.caller_token = p_token LIMIT 1;
    PERFORM end_tokens(p_company, ARRAY(
        SELECT r.caller_token
        FROM appointment_reservations r
        WHERE r.company_id = p_company.id AND r.offer_id = v_offer_id AND r.status = 'active'),
        'not_chosen', CASE WHEN p_company.sandbox THEN p_now END);
    PERFORM forget_refused(p_company.id, p_token);
    -- step: tell others
    v_made := appointments_of_visit(p_company.id, p_token);
    INSERT INTO outbox (company_id, kind, payload, created_at)
    SELECT p_company.id, 'appointment.booked', jsonb_build_object(
        'appointment_id', a.id, 'reservation_token', p_token)
        -- What was blocked there after it was held.
        || CASE WHEN a.hits = '{}' THEN '{}' ELSE jsonb_build_object('hits', a.hits) END, p_now
    FROM unnest(v_made) a ORDER BY a.person;
    RETURN v_made;
END $$;

-- appointments_of_visit: the appointments of a visit, by its people; a part that was moved alone
-- comes after its person's other parts. The token is the visit's, or that of an appointment which
-- shares its visit with none.
CREATE OR REPLACE FUNCTION appointments_of_visit(p_company_id bigint, p_visit_token uuid)
RETURNS known_appointments[]
LANGUAGE sql STABLE AS $$
    SELECT array_agg(a ORDER BY a.person, a.id) FROM known_appointments a
    WHERE a.company_id = p_company_id AND a.id IN (
        SELECT v.appointment_id FROM visit_appointments v
        WHERE v.company_id = p_company_id AND v.visit_token = p_visit_token
        UNION ALL
        SELECT o.id FROM appointments o
        WHERE o.company_id = p_company_id AND o.reservation_token = p_visit_token)
$$;

-- acquire_again: a new reservation with the segments of an expired one, if all is still free; the
-- old one stays expired and points to it. NULL where something is taken or blocked, or where the
-- catalogue by which it was placed has changed, so that only a new check can tell.
CREATE OR REPLACE FUNCTION acquire_again(
    p_company companies, p_token uuid, p_decided_at timestamptz, p_now timestamptz) RETURNS uuid
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_template appointment_reservations;
    v_new_token uuid := new_token(p_company);
    v_claims claim[] := ARRAY(
        SELECT (1, r.part_number, r.person, r.person_called, r.service_id, r.wished_staff_id,
                r.price_cents, r.segment_number, r.calendar_id, r.staff_id, r.start_time, r.end_time,
                r.buffer_before_min, r.buffer_after_min, NULL)::claim
        FROM appointment_reservations r
        WHERE r.company_id = p_company.id
          AND r.caller_token = p_token);
BEGIN
    SELECT * INTO v_template FROM appointment_reservations r
    WHERE r.company_id = p_company.id
      AND r.caller_token = p_token LIMIT 1;
    IF v_template.catalogue_version <> p_company.catalogue_version
       OR EXISTS (SELECT FROM blocked_elsewhere(p_company.id, v_claims)) THEN
        RETURN NULL;
    END IF;
    v_template.offer_id := gen_random_uuid();
    v_template.reserved_at := p_decided_at;
    v_template.asked_at := p_decided_at;
    v_template.expires_at := p_decided_at + make_interval(secs => within_transaction_s());
    v_template.origin := 'again';
    IF 1 = ANY (make_claims(p_company, v_template, ARRAY[v_new_token], v_claims, p_now)) THEN
        UPDATE appointment_reservations r
        SET replaced_by_token = v_new_token, updated_at = p_decided_at
        WHERE r.company_id = p_company.id AND r.status = 'expired'
          AND r.caller_token = p_token;
        RETURN v_new_token;
    END IF;
    RETURN NULL;
END $$;

-- convert: turn one reservation into appointments, one for each person of the visit. It checks only that it is alive: nothing else
-- can take back what was held. Again: the same appointment. Dead at expires_at, not after it.
-- With p_call_id it must be that call's own. p_caller is the number that rings, or 'line:' and the line
-- called: another number was only said. p_known is what was known to stand for p_caller
-- (NULL: nobody has looked): where another call of it has booked since, nothing is done.
-- outcome: converted | repeated | expired | cancelled | unknown | standing_changed.
CREATE OR REPLACE FUNCTION convert(
    p_company_id bigint, p_token uuid, p_call_id text, p_customer_name text,
    p_customer_phone text, p_reacquire boolean, p_now timestamptz,
    p_caller text DEFAULT NULL, p_known bigint[] DEFAULT NULL)
RETURNS TABLE (outcome text, appointments known_appointments[], end_reason text,
               decided_at timestamptz)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    v_company companies;
    v_now timestamptz;
    v_row appointment_reservations;
    v_new_token uuid;
BEGIN
    -- step: lock the company, lock the rows, and only then read the clock: a statement that
    -- waited for a row would judge it by the time before the wait
    v_company := enter(p_company_id);
    PERFORM FROM appointment_reservations r
    WHERE r.company_id = p_company_id
      AND r.caller_token = p_token
    ORDER BY r.calendar_id, r.start_time FOR UPDATE;
    v_now := clock_of(v_company, p_now);
    SELECT * INTO v_row FROM appointment_reservations r
    WHERE r.company_id = p_company_id
      AND r.caller_token = p_token LIMIT 1;
    IF v_row.status = 'active' AND v_row.expires_at <= v_now THEN
        PERFORM retire_tokens(v_company, ARRAY[p_token], p_now);
        v_row.status := 'expired';
    END IF;

    IF v_row.id IS NULL
       OR (p_call_id IS NOT NULL AND v_row.call_id IS DISTINCT FROM p_call_id) THEN
        RETURN QUERY SELECT 'unknown', NULL::known_appointments[], NULL, v_now;
    ELSIF v_row.status IN ('active', 'expired') AND v_row.replaced_by_token IS NULL
          AND stands_unseen(p_company_id, v_row.call_id, p_caller, p_known, v_now) THEN
        RETURN QUERY SELECT 'standing_changed', NULL::known_appointments[], NULL, v_now;
    ELSIF v_row.status = 'active' THEN
        RETURN QUERY SELECT 'converted', complete(
            v_company, p_token, p_customer_name, p_customer_phone, p_caller, v_now), NULL, v_now;
    ELSIF v_row.status = 'converted' THEN
        RETURN QUERY SELECT 'repeated', appointments_of_visit(p_company_id, k.visit_token), NULL,
            v_now FROM known_appointments k
            WHERE k.company_id = p_company_id AND k.id = v_row.converted_to_appointment_id;
    ELSIF v_row.replaced_by_token IS NOT NULL THEN
        RETURN QUERY SELECT * FROM convert(p_company_id, v_row.replaced_by_token, p_call_id,
            p_customer_name, p_customer_phone, false, p_now, p_caller);
    ELSIF v_row.status = 'expired' AND p_reacquire THEN
        -- step: late, but perhaps still free
        v_new_token := acquire_again(v_company, p_token, v_now, p_now);
        IF v_new_token IS NULL THEN
            RETURN QUERY SELECT 'expired', NULL::known_appointments[], NULL, v_now;
        ELSE
            RETURN QUERY SELECT 'converted', complete(
                v_company, v_new_token, p_customer_name, p_customer_phone, p_caller,
                v_now), NULL, v_now;
        END IF;
    ELSE
        RETURN QUERY SELECT v_row.status, NULL::known_appointments[], v_row.end_reason, v_now;
    END IF;
END $$;

-- book: reserve and convert in one transaction, for whoever does not hold first. The same booking
-- of the same call again is the same appointment. p_known: as in convert.
-- outcome: converted | repeated | taken | absence | imported | crowded | too_many_holds | call_ended
-- | catalogue_changed | standing_changed.
CREATE OR REPLACE FUNCTION book(
    p_request reservation_request, p_claims claim[], p_now timestamptz,
    p_known bigint[] DEFAULT NULL)
RETURNS TABLE (outcome text, appointments known_appointments[], blocked_by text,
               blocked_until timestamptz, decided_at timestamptz)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    v_company companies;
    v_held record;
BEGIN
    v_company := enter(p_request.company_id);
    IF stands_unseen(p_request.company_id, p_request.call_id, p_request.caller, p_known,
                     clock_of(v_company, p_now)) THEN
        RETURN QUERY SELECT 'standing_changed', NULL::known_appointments[], NULL,
            NULL::timestamptz, clock_of(v_company, p_now);
        RETURN;
    END IF;
    SELECT * INTO v_held FROM reserve(
        p_request, true, within_transaction_s(), p_claims, 1, p_now, 'book');
    IF v_held.reservation IS NULL THEN
        RETURN QUERY SELECT v_held.outcome, NULL::known_appointments[], v_held.blocked_by,
            v_held.blocked_until, v_held.decided_at;
    ELSE
        RETURN QUERY SELECT c.outcome, c.appointments, NULL, NULL::timestamptz, c.decided_at
        FROM convert(
            p_request.company_id, (v_held.reservation).token, p_request.call_id,
            p_request.customer_name, p_request.customer_phone, false, p_now, p_request.caller) c;
    END IF;
END $$;
