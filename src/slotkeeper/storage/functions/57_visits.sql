-- move_visit: several appointments of one visit, one for each of its people, to other slots, all or
-- none. The claims of an appointment are those of its person; its segments are numbered from 1. All
-- that they take now is freed before anything is claimed, so that one may have the time of another.
-- outcome: as move.
CREATE OR REPLACE FUNCTION move_visit(
    p_company_id bigint, p_appointment_ids bigint[], p_call_id text, p_claims claim[],
    p_catalogue_version bigint, p_now timestamptz)
RETURNS TABLE (outcome text, appointments known_appointments[], blocked_by text,
               blocked_until timestamptz)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    v_company companies;
    v_visit appointments[];
BEGIN
    v_company := enter(p_company_id);
    v_visit := appointments_to_change(p_company_id, p_appointment_ids);
    IF cardinality(v_visit) < cardinality(p_appointment_ids) THEN
        outcome := 'unknown';
    ELSIF 'cancelled' IN (SELECT a.status FROM unnest(v_visit) a) THEN
        outcome := 'cancelled';
    ELSIF NOT EXISTS (
        SELECT FROM unnest(v_visit) a WHERE stands_there(a, claims_for(p_claims, a.party)) IS NULL
    ) THEN
        outcome := 'moved'; -- asked again: nothing more to do, and nobody to tell
    ELSIF p_catalogue_version <> v_company.catalogue_version THEN
        outcome := 'catalogue_changed';
    ELSIF EXISTS (SELECT FROM blocked_elsewhere(p_company_id, p_claims)) THEN
        outcome := (SELECT b.kind FROM blocked_elsewhere(p_company_id, p_claims) b);
    ELSE
        BEGIN
            PERFORM move_each(v_company, v_visit, p_call_id, p_claims, p_now);
            outcome := 'moved';
        EXCEPTION WHEN SQLSTATE 'SK003' THEN
            outcome := 'taken';
            SELECT CASE WHEN bool_or(s.status = 'converted') THEN 'appointment' ELSE 'hold' END,
                   CASE WHEN NOT bool_or(s.status = 'converted') THEN max(s.expires_at) END
            INTO blocked_by, blocked_until
            FROM standing_in_the_way(p_company_id, p_claims) s
            WHERE NOT EXISTS (SELECT FROM unnest(v_visit) a
                              WHERE a.reservation_token = s.token AND a.party = s.person)
            HAVING count(*) > 0;
        END;
    END IF;
    -- A statement of its own, so that it sees the new claims.
    appointments := as_known(p_company_id, p_appointment_ids);
    RETURN NEXT;
END $$;

-- move_each: free what the appointments of a visit take, and claim anew for one after the other.
-- Raises SK003 where not all is to be had: its caller rolls back to before.
CREATE OR REPLACE FUNCTION move_each(
    p_company companies, p_visit appointments[], p_call_id text, p_claims claim[],
    p_now timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_appointment appointments;
BEGIN
    UPDATE appointment_reservations r SET blocks = false
    FROM unnest(p_visit) a
    WHERE r.company_id = p_company.id AND r.caller_token = a.reservation_token
      AND r.person = a.party;
    FOREACH v_appointment IN ARRAY p_visit LOOP
        PERFORM replace_claims(p_company, v_appointment, NULL, p_call_id,
                               claims_for(p_claims, v_appointment.party), p_now);
    END LOOP;
END $$;

-- claims_for: the claims of one person of a visit.
CREATE OR REPLACE FUNCTION claims_for(p_claims claim[], p_person smallint) RETURNS claim[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg(c) FROM unnest(p_claims) c WHERE c.person = p_person
$$;

-- appointments_to_change: some appointments, locked in the order of their ids.
CREATE OR REPLACE FUNCTION appointments_to_change(p_company_id bigint, p_ids bigint[])
RETURNS appointments[]
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM FROM appointments a WHERE a.company_id = p_company_id AND a.id = ANY (p_ids)
    ORDER BY a.id FOR UPDATE;
    RETURN ARRAY(
        SELECT a FROM appointments a WHERE a.company_id = p_company_id AND a.id = ANY (p_ids)
        ORDER BY a.id);
END $$;

-- as_known: some appointments as servers read them, by person.
CREATE OR REPLACE FUNCTION as_known(p_company_id bigint, p_ids bigint[])
RETURNS known_appointments[]
LANGUAGE sql STABLE AS $$
    SELECT ARRAY(
        SELECT k FROM known_appointments k
        WHERE k.company_id = p_company_id AND k.id = ANY (p_ids) ORDER BY k.person, k.id)
$$;

-- cancel_visit: cancel several appointments of one visit, all or none: none where one of them starts
-- within the notice. See cancel_appointment. outcome: cancelled | repeated | too_late | unknown.
CREATE OR REPLACE FUNCTION cancel_visit(
    p_company_id bigint, p_appointment_ids bigint[], p_reason text, p_notice_min integer,
    p_anyway boolean, p_now timestamptz)
RETURNS TABLE (outcome text, appointments known_appointments[])
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    v_id bigint;
    v_outcome text;
BEGIN
    PERFORM enter(p_company_id);
    outcome := 'repeated';
    BEGIN
        FOREACH v_id IN ARRAY p_appointment_ids LOOP
            SELECT c.outcome INTO v_outcome
            FROM cancel_appointment(p_company_id, v_id, NULL, p_reason, p_notice_min, p_anyway,
                                    p_now) c;
            IF v_outcome NOT IN ('cancelled', 'repeated') THEN
                RAISE EXCEPTION 'not all' USING ERRCODE = 'SK003';
            END IF;
            outcome := CASE WHEN v_outcome = 'cancelled' THEN v_outcome ELSE outcome END;
        END LOOP;
    EXCEPTION WHEN SQLSTATE 'SK003' THEN
        outcome := v_outcome;
    END;
    appointments := as_known(p_company_id, p_appointment_ids);
    RETURN NEXT;
END $$;
