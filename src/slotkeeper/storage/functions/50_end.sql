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
-- Gives each as it now is, and the clock that judged it.
CREATE OR REPLACE FUNCTION extend(
    p_company_id bigint, p_token uuid, p_call_id text, p_ttl_s integer, p_now timestamptz)
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
    RETURN QUERY
    SELECT w, v_now FROM whole_reservations w
    WHERE w.company_id = p_company_id AND w.token = ANY (v_tokens) ORDER BY w.first_id;
END $$;

-- cancel_appointment: free the calendar at once and say so in the outbox. Again: nothing more.
-- Refused where it starts within p_notice_min; NULL sets the notice aside.
-- outcome: cancelled | repeated | too_late | unknown.
CREATE OR REPLACE FUNCTION cancel_appointment(
    p_company_id bigint, p_appointment_id bigint, p_reason text, p_notice_min integer,
    p_now timestamptz)
RETURNS TABLE (outcome text, appointment appointments)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
DECLARE
    v_company companies;
    v_now timestamptz;
    v_appointment appointments;
BEGIN
    v_company := enter(p_company_id);
    SELECT * INTO v_appointment FROM appointments a
    WHERE a.company_id = p_company_id AND a.id = p_appointment_id FOR UPDATE;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'unknown', NULL::appointments;
        RETURN;
    ELSIF v_appointment.status = 'cancelled' THEN
        RETURN QUERY SELECT 'repeated', v_appointment;
        RETURN;
    END IF;
    v_now := clock_of(v_company, p_now);
    IF v_appointment.starts_at < v_now + make_interval(mins => p_notice_min) THEN
        RETURN QUERY SELECT 'too_late', v_appointment;
        RETURN;
    END IF;
    UPDATE appointments a SET status = 'cancelled', cancelled_at = v_now, cancel_reason = p_reason
    WHERE a.company_id = p_company_id AND a.id = p_appointment_id
    RETURNING * INTO v_appointment;
    UPDATE appointment_reservations r SET blocks = false, updated_at = v_now
    WHERE r.company_id = p_company_id
      AND r.caller_token = v_appointment.reservation_token;
    INSERT INTO outbox (company_id, kind, payload, created_at)
    VALUES (p_company_id, 'appointment.cancelled',
            jsonb_build_object('appointment_id', p_appointment_id), v_now);
    RETURN QUERY SELECT 'cancelled', v_appointment;
END $$;
