-- cancel: end what is active under a token, an offer or a call (exactly one of the three is
-- given), whole, with a reason. Ended ones stay as they are. Returns the tokens that were ended.
CREATE OR REPLACE FUNCTION cancel(
    p_company_id bigint, p_token uuid, p_offer_id uuid, p_call_id text, p_reason text,
    p_now timestamptz) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
DECLARE
    v_company companies;
BEGIN
    v_company := enter(p_company_id);
    RETURN end_tokens(v_company, ARRAY(
        SELECT r.caller_token
        FROM appointment_reservations r
        WHERE r.company_id = p_company_id AND r.status = 'active'
          AND (r.caller_token = p_token
               OR r.offer_id = p_offer_id OR r.call_id = p_call_id)), p_reason, p_now);
END $$;

-- release: end one hold, whole, and give it as it now is; one that has ended, or is booked, stays
-- as it is. No row where the company has no such.
CREATE OR REPLACE FUNCTION release(
    p_company_id bigint, p_token uuid, p_reason text, p_now timestamptz)
RETURNS TABLE (reservation whole_reservations, decided_at timestamptz)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM cancel(p_company_id, p_token, NULL, NULL, p_reason, p_now);
    RETURN QUERY
    SELECT w, coalesce(p_now, clock_timestamp()) FROM whole_reservations w
    WHERE w.company_id = p_company_id AND w.token = p_token;
END $$;

-- end_call: the caller hung up. Ends what the call still holds and marks it ended, so that a
-- reserve of this call that is still on its way is refused. p_why is the platform's own word for
-- how it ended. Again: nothing more. Returns the tokens that were ended.
CREATE OR REPLACE FUNCTION end_call(
    p_company_id bigint, p_call_id text, p_channel text, p_why text, p_now timestamptz)
RETURNS uuid[]
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
DECLARE
    v_company companies;
    v_now timestamptz;
BEGIN
    v_company := enter(p_company_id);
    v_now := clock_of(v_company, p_now);
    INSERT INTO calls (company_id, call_id, channel, first_seen_at, ended_at, disconnection_reason)
    VALUES (p_company_id, p_call_id, p_channel, v_now, v_now, p_why)
    ON CONFLICT (company_id, call_id) DO UPDATE SET
        ended_at = coalesce(calls.ended_at, excluded.ended_at),
        disconnection_reason = coalesce(calls.disconnection_reason, excluded.disconnection_reason);
    RETURN cancel(p_company_id, NULL, NULL, p_call_id, 'call_ended', p_now);
END $$;

-- extend: move the expiry of what is active under a token or of a whole call. Never shortens,
-- never revives, never beyond the cap on total age. With both, the token must be that call's own.
-- Gives each as it now is, and the clock that judged it. p_topic: what the call talks about from now
-- on; NULL leaves it as it is.
CREATE OR REPLACE FUNCTION extend(
    p_company_id bigint, p_token uuid, p_call_id text, p_ttl_s integer, p_now timestamptz,
    p_topic jsonb DEFAULT NULL)
RETURNS TABLE (reservation whole_reservations, decided_at timestamptz)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    v_company companies;
    v_now timestamptz;
    v_tokens uuid[];
BEGIN
    v_company := enter(p_company_id);
    v_tokens := ARRAY(
        SELECT DISTINCT r.caller_token
        FROM appointment_reservations r
        WHERE r.company_id = p_company_id
          AND CASE WHEN p_token IS NULL THEN r.call_id = p_call_id AND r.status = 'active'
                   ELSE r.caller_token = p_token
                        AND (p_call_id IS NULL OR r.call_id = p_call_id) END);
    PERFORM retire_tokens(v_company, v_tokens, p_now);
    v_now := clock_of(v_company, p_now);
    UPDATE appointment_reservations r
    SET updated_at = v_now, expires_at = greatest(r.expires_at, least(
            v_now + make_interval(secs => p_ttl_s),
            r.reserved_at + make_interval(secs => v_company.max_hold_age_s)))
    WHERE r.company_id = p_company_id AND r.status = 'active'
      AND r.caller_token = ANY (v_tokens);
    PERFORM keep_topic(p_company_id, p_call_id, p_topic, v_now)
    WHERE p_call_id IS NOT NULL AND p_topic IS NOT NULL;
    RETURN QUERY
    SELECT w, v_now FROM whole_reservations w
    WHERE w.company_id = p_company_id AND w.token = ANY (v_tokens) ORDER BY w.first_id;
END $$;

-- cancel_appointment: free the calendar at once and say so in the outbox. With p_parts only these
-- parts of it are cancelled, and the rest stands. Again: nothing more. Refused where it starts within
-- the notice that the customer was told when it was held, else p_notice_min; p_anyway sets the
-- notice aside.
-- outcome: cancelled | repeated | too_late | unknown.
CREATE OR REPLACE FUNCTION cancel_appointment(
    p_company_id bigint, p_appointment_id bigint, p_parts smallint[], p_reason text,
    p_notice_min integer, p_anyway boolean, p_now timestamptz)
RETURNS TABLE (outcome text, appointment known_appointments)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    v_company companies;
    v_now timestamptz;
    v_appointment appointments;
    v_standing smallint[];
BEGIN
    v_company := enter(p_company_id);
    SELECT * INTO v_appointment FROM appointments a
    WHERE a.company_id = p_company_id AND a.id = p_appointment_id FOR UPDATE;
    v_standing := parts_standing(v_appointment);
    v_now := clock_of(v_company, p_now);
    IF v_appointment.id IS NULL THEN
        outcome := 'unknown';
    ELSIF v_appointment.status = 'cancelled' OR NOT v_standing && coalesce(p_parts, v_standing) THEN
        outcome := 'repeated';
    ELSIF NOT p_anyway AND v_appointment.starts_at < v_now + make_interval(
              mins => coalesce(notice_told(v_appointment), p_notice_min)) THEN
        outcome := 'too_late';
    ELSIF v_standing <@ coalesce(p_parts, v_standing) THEN
        outcome := 'cancelled';
        UPDATE appointments a
        SET status = 'cancelled', cancelled_at = v_now, cancel_reason = p_reason
        WHERE a.company_id = p_company_id AND a.id = p_appointment_id
        RETURNING * INTO v_appointment;
        UPDATE appointment_reservations r SET blocks = false, updated_at = v_now
        WHERE r.company_id = p_company_id AND r.caller_token = v_appointment.reservation_token
          AND r.person = v_appointment.party;
        INSERT INTO outbox (company_id, kind, payload, created_at)
        VALUES (p_company_id, 'appointment.cancelled',
                jsonb_build_object('appointment_id', p_appointment_id), v_now);
    ELSE
        outcome := 'cancelled';
        v_appointment := without_parts(v_appointment, p_parts, v_now);
        INSERT INTO outbox (company_id, kind, payload, created_at)
        VALUES (p_company_id, 'appointment.part_cancelled', jsonb_build_object(
            'appointment_id', p_appointment_id, 'parts', to_jsonb(p_parts)), v_now);
    END IF;
    appointment := known(p_company_id, v_appointment.id);
    RETURN NEXT;
END $$;

-- notice_told: the notice for a cancellation as it was when the appointment was held, in minutes.
CREATE OR REPLACE FUNCTION notice_told(p_appointment appointments) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT r.cancel_notice_min FROM appointment_reservations r
    WHERE r.company_id = p_appointment.company_id
      AND r.caller_token = p_appointment.reservation_token
      AND r.person = p_appointment.party
    LIMIT 1
$$;

-- parts_standing: the numbers of an appointment's parts that were not cancelled or moved alone.
CREATE OR REPLACE FUNCTION parts_standing(p_appointment appointments) RETURNS smallint[]
LANGUAGE sql STABLE AS $$
    SELECT ARRAY(
        SELECT DISTINCT r.part_number FROM appointment_reservations r
        WHERE r.company_id = p_appointment.company_id
          AND r.caller_token = p_appointment.reservation_token
          AND r.person = p_appointment.party AND r.dropped_at IS NULL)
$$;

-- without_parts: free what these parts of an appointment take; the rest of it stands. Never all of
-- its parts.
CREATE OR REPLACE FUNCTION without_parts(
    p_appointment appointments, p_parts smallint[], p_now timestamptz) RETURNS appointments
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_rest appointment_part[];
BEGIN
    UPDATE appointment_reservations r
    SET blocks = false, dropped_at = p_now, updated_at = p_now
    WHERE r.company_id = p_appointment.company_id
      AND r.caller_token = p_appointment.reservation_token
      AND r.person = p_appointment.party AND r.part_number = ANY (p_parts)
      AND r.dropped_at IS NULL;
    SELECT k.parts INTO v_rest FROM known_appointments k
    WHERE k.company_id = p_appointment.company_id AND k.id = p_appointment.id;
    UPDATE appointments a
    SET service_id = (v_rest[1]).service_id, staff_id = (v_rest[1]).staff_id,
        starts_at = (SELECT min(p.starts_at) FROM unnest(v_rest) p),
        ends_at = (SELECT max(p.ends_at) FROM unnest(v_rest) p)
    WHERE a.company_id = p_appointment.company_id AND a.id = p_appointment.id
    RETURNING * INTO p_appointment;
    RETURN p_appointment;
END $$;
