-- move: an appointment to another slot, whole. Within a savepoint the old claim is freed and the new
-- one made, so that 10:00 can become 10:15; where the new one is not to be had, all is as before.
-- What the call that asks for it holds there, because it was offered it, gives way.
-- outcome: moved | taken | cancelled | unknown.
CREATE OR REPLACE FUNCTION move(
    p_company_id bigint, p_appointment_id bigint, p_call_id text, p_claims claim[],
    p_now timestamptz)
RETURNS TABLE (outcome text, appointment appointments, blocked_by text,
               blocked_until timestamptz, decided_at timestamptz)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    v_company companies;
    v_appointment appointments;
BEGIN
    v_company := enter(p_company_id);
    SELECT * INTO v_appointment FROM appointments a
    WHERE a.company_id = p_company_id AND a.id = p_appointment_id FOR UPDATE;
    decided_at := clock_of(v_company, p_now);
    IF NOT FOUND THEN
        outcome := 'unknown';
    ELSIF v_appointment.status = 'cancelled' THEN
        outcome := 'cancelled';
        appointment := v_appointment;
    ELSIF stands_there(v_appointment, p_claims) THEN
        outcome := 'moved'; -- asked again: nothing more to do, and nobody to tell
        appointment := v_appointment;
    ELSE
        BEGIN
            appointment := replace_claims(v_company, v_appointment, p_call_id, p_claims, p_now);
            outcome := 'moved';
        EXCEPTION WHEN SQLSTATE 'SK003' THEN
            outcome := 'taken';
            SELECT CASE WHEN bool_or(s.status = 'converted') THEN 'appointment' ELSE 'hold' END,
                   CASE WHEN NOT bool_or(s.status = 'converted') THEN max(s.expires_at) END
            INTO blocked_by, blocked_until
            FROM standing_in_the_way(p_company_id, p_claims) s
            WHERE s.token <> v_appointment.reservation_token HAVING count(*) > 0;
        END;
    END IF;
    RETURN NEXT;
END $$;

-- stands_there: whether an appointment already has exactly these claims.
CREATE OR REPLACE FUNCTION stands_there(p_appointment appointments, p_claims claim[])
RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN NOT EXISTS (
        SELECT c.calendar_id, c.starts_at, c.ends_at FROM unnest(p_claims) c
        EXCEPT
        SELECT r.calendar_id, r.start_time, r.end_time FROM appointment_reservations r
        WHERE r.company_id = (p_appointment).company_id AND r.blocks
          AND r.caller_token = (p_appointment).reservation_token);
END $$;

-- replace_claims: free what an appointment takes, claim anew, and point it there. Raises SK003 where
-- the new claims are not to be had whole: its caller rolls back to before.
CREATE OR REPLACE FUNCTION replace_claims(
    p_company companies, p_appointment appointments, p_call_id text, p_claims claim[],
    p_now timestamptz)
RETURNS appointments
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_now timestamptz := clock_of(p_company, p_now);
    v_template appointment_reservations;
    v_token uuid := gen_random_uuid();
    v_appointment appointments;
BEGIN
    -- step: free the old
    UPDATE appointment_reservations r SET blocks = false, updated_at = v_now
    WHERE r.company_id = p_company.id
      AND r.caller_token = p_appointment.reservation_token;
    PERFORM end_tokens(p_company, ARRAY(
        SELECT s.token FROM standing_in_the_way(p_company.id, p_claims) s
        WHERE s.status = 'active' AND s.call_id = p_call_id AND s.party = p_appointment.party),
        'superseded', p_now);
    -- step: claim the new
    SELECT * INTO v_template FROM appointment_reservations r
    WHERE r.company_id = p_company.id
      AND r.caller_token = p_appointment.reservation_token
    LIMIT 1;
    v_template.offer_id := gen_random_uuid();
    v_template.reserved_at := v_now;
    v_template.asked_at := v_now;
    v_template.expires_at := v_now + make_interval(secs => within_transaction_s());
    v_template.origin := 'move';
    IF NOT 1 = ANY (make_claims(p_company, v_template, ARRAY[v_token], p_claims, p_now)) THEN
        RAISE EXCEPTION 'not to be had' USING ERRCODE = 'SK003';
    END IF;
    UPDATE appointment_reservations r
    SET status = 'converted', converted_to_appointment_id = p_appointment.id,
        ended_at = v_now, updated_at = v_now,
        ended_xid = pg_current_xact_id()::text::bigint
    WHERE r.company_id = p_company.id
      AND r.caller_token = v_token;
    -- step: point the appointment there, and tell others
    UPDATE appointments a
    SET reservation_token = v_token, staff_id = w.staff_id,
        starts_at = w.starts_at, ends_at = w.ends_at
    FROM whole_reservations w
    WHERE a.company_id = p_company.id AND a.id = p_appointment.id
      AND w.company_id = p_company.id AND w.token = v_token
    RETURNING a.* INTO v_appointment;
    INSERT INTO outbox (company_id, kind, payload, created_at)
    VALUES (p_company.id, 'appointment.moved', jsonb_build_object(
        'appointment_id', p_appointment.id, 'from', p_appointment.starts_at,
        'to', v_appointment.starts_at), v_now);
    RETURN v_appointment;
END $$;
