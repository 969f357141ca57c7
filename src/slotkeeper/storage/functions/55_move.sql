-- move: an appointment, or with p_parts these parts of it, to another slot, whole. Within a savepoint
-- the old claim is freed and the new one made, so that 10:00 can become 10:15; where the new one is
-- not to be had, all is as before. Parts that are moved alone become an appointment of their own, of
-- the same visit. What the call that asks for it holds there, because it was offered it, gives way.
-- outcome: moved | taken | absence or imported (somebody is away or busy elsewhere then) | cancelled
-- | unknown | catalogue_changed (p_catalogue_version, by which the claims were placed, is no longer
-- the company's; NULL is not compared).
CREATE OR REPLACE FUNCTION move(
    p_company_id bigint, p_appointment_id bigint, p_parts smallint[], p_call_id text,
    p_claims claim[], p_catalogue_version bigint, p_now timestamptz)
RETURNS TABLE (outcome text, appointment known_appointments, blocked_by text,
               blocked_until timestamptz, decided_at timestamptz)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    v_company companies;
    v_appointment appointments;
    v_moved appointments;
    v_parts smallint[];
BEGIN
    v_company := enter(p_company_id);
    SELECT * INTO v_appointment FROM appointments a
    WHERE a.company_id = p_company_id AND a.id = p_appointment_id FOR UPDATE;
    decided_at := clock_of(v_company, p_now);
    v_moved := stands_there(v_appointment, p_claims);
    v_parts := parts_standing(v_appointment);
    IF v_appointment.id IS NULL THEN
        outcome := 'unknown';
    ELSIF v_appointment.status = 'cancelled' THEN
        outcome := 'cancelled';
        appointment := known(p_company_id, v_appointment.id);
    ELSIF v_moved.id IS NOT NULL THEN
        outcome := 'moved'; -- asked again: nothing more to do, and nobody to tell
        appointment := known(p_company_id, v_moved.id);
    ELSIF NOT coalesce(p_parts, v_parts) <@ v_parts THEN
        outcome := 'unknown';
    ELSIF p_catalogue_version <> v_company.catalogue_version THEN
        outcome := 'catalogue_changed';
    ELSIF EXISTS (SELECT FROM blocked_elsewhere(p_company_id, p_claims)) THEN
        outcome := (SELECT b.kind FROM blocked_elsewhere(p_company_id, p_claims) b);
    ELSE
        BEGIN
            v_moved := replace_claims(
                v_company, v_appointment,
                CASE WHEN NOT v_parts <@ p_parts THEN p_parts END, p_call_id, p_claims, p_now);
            -- A statement of its own, so that it sees the new claims.
            appointment := known(p_company_id, v_moved.id);
            outcome := 'moved';
        EXCEPTION WHEN SQLSTATE 'SK003' THEN
            outcome := 'taken';
            SELECT CASE WHEN bool_or(s.status = 'converted') THEN 'appointment' ELSE 'hold' END,
                   CASE WHEN NOT bool_or(s.status = 'converted') THEN max(s.expires_at) END
            INTO blocked_by, blocked_until
            FROM standing_in_the_way(p_company_id, p_claims) s
            -- What stays of the same visit is in the way like anything else.
            WHERE NOT (s.token = v_appointment.reservation_token
                       AND s.person = v_appointment.party
                       AND s.part_number = ANY (coalesce(p_parts, v_parts)))
            HAVING count(*) > 0;
        END;
    END IF;
    IF outcome = 'moved' THEN
        PERFORM keep_proven(
            p_company_id, p_call_id, ARRAY[p_appointment_id, (appointment).id], decided_at);
    END IF;
    RETURN NEXT;
END $$;

-- stands_there: the standing appointment of the same visit and person that already has exactly these
-- claims: the appointment itself, or parts of it that were moved alone.
CREATE OR REPLACE FUNCTION stands_there(p_appointment appointments, p_claims claim[])
RETURNS appointments
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_there appointments;
BEGIN
    SELECT a.* INTO v_there FROM appointments a
    WHERE a.company_id = (p_appointment).company_id
      AND a.party = (p_appointment).party
      AND a.status = 'booked'
      AND a.id IN (SELECT (p_appointment).id UNION ALL
                   SELECT other.appointment_id
                   FROM visit_appointments own JOIN visit_appointments other
                     USING (company_id, visit_token)
                   WHERE own.company_id = (p_appointment).company_id
                     AND own.appointment_id = (p_appointment).id)
      AND NOT EXISTS (
        SELECT c.calendar_id, c.starts_at, c.ends_at, c.service_id FROM unnest(p_claims) c
        EXCEPT
        SELECT r.calendar_id, r.start_time, r.end_time, r.service_id
        FROM appointment_reservations r
        WHERE r.company_id = a.company_id AND r.blocks AND r.person = a.party
          AND r.caller_token = a.reservation_token)
    LIMIT 1;
    RETURN v_there;
END $$;

-- replace_claims: free what an appointment takes, or with p_parts what these parts of it take, claim
-- anew, and give the appointment that stands there. Raises SK003 where the new claims are not to be
-- had whole: its caller rolls back to before.
CREATE OR REPLACE FUNCTION replace_claims(
    p_company companies, p_appointment appointments, p_parts smallint[], p_call_id text,
    p_claims claim[], p_now timestamptz)
RETURNS appointments
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_now timestamptz := clock_of(p_company, p_now);
    v_template appointment_reservations;
    v_token uuid := new_token(p_company);
    v_moved appointments;
BEGIN
    -- step: free the old
    SELECT * INTO v_template FROM appointment_reservations r
    WHERE r.company_id = p_company.id AND r.caller_token = p_appointment.reservation_token
      AND r.person = p_appointment.party
    LIMIT 1;
    IF p_parts IS NULL THEN
        UPDATE appointment_reservations r SET blocks = false, updated_at = v_now
        WHERE r.company_id = p_company.id AND r.caller_token = p_appointment.reservation_token
          AND r.person = p_appointment.party;
    ELSE
        PERFORM without_parts(p_appointment, p_parts, v_now);
    END IF;
    PERFORM end_tokens(p_company, ARRAY(
        SELECT s.token FROM standing_in_the_way(p_company.id, p_claims) s
        WHERE s.status = 'active' AND s.call_id = p_call_id AND s.person = p_appointment.party),
        'superseded', p_now);
    -- step: claim the new
    v_template.offer_id := gen_random_uuid();
    v_template.reserved_at := v_now;
    v_template.asked_at := v_now;
    v_template.expires_at := v_now + make_interval(secs => within_transaction_s());
    v_template.origin := 'move';
    v_template.catalogue_version := p_company.catalogue_version;
    IF NOT 1 = ANY (make_claims(p_company, v_template, ARRAY[v_token], p_claims, p_now)) THEN
        RAISE EXCEPTION 'not to be had' USING ERRCODE = 'SK003';
    END IF;
    -- step: point the appointment there, or make one of the parts that leave it
    v_moved := point_there(p_appointment, p_parts, v_token, v_now);
    UPDATE appointment_reservations r
    SET status = 'converted', converted_to_appointment_id = v_moved.id,
        ended_at = v_now, updated_at = v_now,
        ended_xid = pg_current_xact_id()::text::bigint
    WHERE r.company_id = p_company.id
      AND r.caller_token = v_token;
    -- step: tell others
    INSERT INTO outbox (company_id, kind, payload, created_at)
    VALUES (p_company.id, 'appointment.moved', jsonb_build_object(
        'appointment_id', v_moved.id, 'from', p_appointment.starts_at,
        'to', v_moved.starts_at)
        || CASE WHEN p_parts IS NULL THEN '{}' ELSE jsonb_build_object(
            'left_appointment_id', p_appointment.id, 'parts', to_jsonb(p_parts)) END, v_now);
    RETURN v_moved;
END $$;

-- point_there: give an appointment the claims of a token, or make an appointment of the same visit
-- that has them where only p_parts are moved.
CREATE OR REPLACE FUNCTION point_there(
    p_appointment appointments, p_parts smallint[], p_token uuid, p_now timestamptz)
RETURNS appointments
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_there whole_reservations;
    v_moved appointments;
BEGIN
    SELECT * INTO v_there FROM whole_reservations w
    WHERE w.company_id = p_appointment.company_id AND w.token = p_token;
    IF p_parts IS NULL THEN
        UPDATE appointments a
        SET reservation_token = p_token, staff_id = v_there.staff_id,
            starts_at = v_there.starts_at, ends_at = v_there.ends_at
        WHERE a.company_id = p_appointment.company_id AND a.id = p_appointment.id
        RETURNING a.* INTO v_moved;
    ELSE
        INSERT INTO appointments (
            company_id, reservation_token, channel, call_id, party, customer_name, customer_phone,
            service_id, staff_id, starts_at, ends_at, booked_at)
        VALUES (
            p_appointment.company_id, p_token, p_appointment.channel, p_appointment.call_id,
            p_appointment.party, p_appointment.customer_name, p_appointment.customer_phone,
            v_there.service_id, v_there.staff_id, v_there.starts_at, v_there.ends_at, p_now)
        RETURNING * INTO v_moved;
        INSERT INTO said_numbers (company_id, appointment_id, caller_phone)
        SELECT s.company_id, v_moved.id, s.caller_phone FROM said_numbers s
        WHERE s.company_id = p_appointment.company_id AND s.appointment_id = p_appointment.id;
        INSERT INTO visit_appointments (company_id, appointment_id, visit_token)
        SELECT p_appointment.company_id, linked.id, k.visit_token
        FROM known_appointments k, unnest(ARRAY[p_appointment.id, v_moved.id]) AS linked (id)
        WHERE k.company_id = p_appointment.company_id AND k.id = p_appointment.id
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN v_moved;
END $$;
