-- longer_than_people_think: how long a call must have been silent before a newer call of the same
-- number may take over what it holds. Recorded callers thought for up to 73 s before they answered.
CREATE OR REPLACE FUNCTION longer_than_people_think() RETURNS interval
LANGUAGE sql IMMUTABLE AS $$ SELECT interval '90 seconds' $$;

-- last_heard: when a call that holds something was last heard. Every tool call renews what its call
-- holds, and a yes converts it; so the rows tell, without one more write for each tool call.
CREATE OR REPLACE FUNCTION last_heard(p_company_id bigint, p_call_id text, p_now timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT max(CASE r.status WHEN 'active' THEN r.updated_at ELSE r.ended_at END)
    FROM appointment_reservations r
    WHERE r.company_id = p_company_id AND r.call_id = p_call_id
      AND (r.status = 'converted' OR (r.status = 'active' AND r.expires_at > p_now))
$$;

-- left_behind: the live holds for a start that a call of this number left behind, because it has
-- ended or has been silent for longer than people think. No hold that was itself taken over: the
-- slot would wander from call to call. Nobody is the same caller without a number.
CREATE OR REPLACE FUNCTION left_behind(
    p_company_id bigint, p_call_id text, p_caller_hash bytea, p_starts_at timestamptz,
    p_now timestamptz) RETURNS uuid[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_call_id IS NULL OR p_caller_hash IS NULL OR p_starts_at IS NULL THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT DISTINCT r.caller_token
        FROM calls c
        JOIN appointment_reservations r
          ON r.company_id = c.company_id AND r.call_id = c.call_id AND r.status = 'active'
        WHERE c.company_id = p_company_id AND NOT c.withheld
          AND c.caller_hash = p_caller_hash
          AND c.call_id <> p_call_id
          AND r.segment_number = 1 AND r.took_over IS NULL AND r.expires_at > p_now
          AND r.start_time + make_interval(mins => r.buffer_before_min) = p_starts_at
          AND (c.ended_at IS NOT NULL
               OR last_heard(p_company_id, c.call_id, p_now)
                  <= p_now - longer_than_people_think()));
END $$;

-- slot_left_behind: the one hold that stands in the way of these claims, where it is the very same
-- slot and an older call of the same number left it behind: the same visit and start, and the wished
-- people. NULL where there is no such hold.
CREATE OR REPLACE FUNCTION slot_left_behind(
    p_request reservation_request, p_claims claim[], p_now timestamptz) RETURNS uuid
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_token uuid;
BEGIN
    SELECT min(s.token::text)::uuid INTO v_token
    FROM standing_in_the_way(p_request.company_id, p_claims) s
    WHERE s.status = 'converted' OR s.expires_at > p_now
    HAVING count(DISTINCT s.token) = 1 AND bool_and(s.status = 'active');
    IF v_token = ANY (left_behind(p_request.company_id, p_request.call_id, p_request.caller_hash, (
              SELECT min(c.starts_at + make_interval(mins => c.buffer_before_min))
              FROM unnest(p_claims) c WHERE c.segment_number = 1), p_now))
       AND visit_of_rows(p_request.company_id, v_token) = visit_of_claims(p_claims, 1)
       AND NOT EXISTS (
              SELECT FROM unnest(p_claims) c
              WHERE (c.wished_staff_id IS NOT NULL OR c.wished_branch_id IS NOT NULL)
                AND c.staff_id IS NOT NULL
                AND NOT EXISTS (
                    SELECT FROM appointment_reservations r
                    WHERE r.company_id = p_request.company_id AND r.caller_token = v_token
                      AND r.segment_number = c.segment_number
                      AND (c.wished_staff_id IS NULL OR r.staff_id = c.staff_id)
                      AND (c.wished_branch_id IS NULL OR is_at_branch(r, c.wished_branch_id))))
    THEN
        RETURN v_token;
    END IF;
    RETURN NULL;
END $$;

-- take_over: end what an older call of the same number left behind of the wished slot (option 1),
-- and hold it under p_token instead, all within a savepoint. Returns what came of the option: 'held',
-- or else p_outcome. The number's holds are counted as before, so no cap stands against it.
CREATE OR REPLACE FUNCTION take_over(
    p_request reservation_request, p_template appointment_reservations, p_token uuid,
    p_outcome text, p_claims claim[], p_now timestamptz) RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_claims claim[] := ARRAY(SELECT c FROM unnest(p_claims) c WHERE c.option_number = 1);
    v_left uuid;
    v_company companies;
BEGIN
    IF p_outcome IN ('taken', 'crowded', 'too_many_holds') THEN
        v_left := slot_left_behind(p_request, v_claims, p_template.reserved_at);
    END IF;
    -- An absence that became known since keeps the slot where it is: what is held may convert.
    IF v_left IS NULL
       OR without_blocked(p_request.company_id, '{taken}', v_claims) <> '{taken}'::text[] THEN
        RETURN p_outcome;
    END IF;
    SELECT * INTO v_company FROM companies WHERE id = p_request.company_id;
    BEGIN
        UPDATE calls SET holds_made = holds_made - 1
        WHERE company_id = v_company.id AND call_id = (
            SELECT r.call_id FROM appointment_reservations r
            WHERE r.company_id = v_company.id AND r.caller_token = v_left LIMIT 1);
        PERFORM end_tokens(v_company, ARRAY[v_left], 'taken_over', p_now);
        p_template.took_over := v_left;
        IF NOT 1 = ANY (make_claims(v_company, p_template, ARRAY[p_token], v_claims, p_now)) THEN
            RAISE EXCEPTION 'not to be had' USING ERRCODE = 'SK003';
        END IF;
        RETURN 'held';
    EXCEPTION WHEN SQLSTATE 'SK003' THEN
        RETURN p_outcome;
    END;
END $$;

-- is_passed_on: whether this claim took over what that call had held.
CREATE OR REPLACE FUNCTION is_passed_on(p_claim appointment_reservations, p_call_id text)
RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM appointment_reservations r
        WHERE r.company_id = p_claim.company_id AND r.caller_token = p_claim.took_over
          AND r.call_id = p_call_id)
$$;

-- standing_ids: the ids of what stands for the number that rings and is still to come, the next first,
-- without what this very call has booked. They are told to nobody: see standing_of_caller.
CREATE OR REPLACE FUNCTION standing_ids(
    p_company_id bigint, p_call_id text, p_caller text, p_now timestamptz) RETURNS bigint[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(
        SELECT a.id FROM appointments a
        WHERE a.company_id = p_company_id
          AND a.id = ANY (ids_of_number(p_company_id, p_caller, 50, NULL, p_now))
          AND a.call_id IS DISTINCT FROM p_call_id
        ORDER BY a.starts_at, a.id);
END $$;

-- names_of: the names under which some appointments were booked, each once.
CREATE OR REPLACE FUNCTION names_of(p_company_id bigint, p_ids bigint[]) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(SELECT DISTINCT a.customer_name FROM appointments a
                 WHERE a.company_id = p_company_id AND a.id = ANY (p_ids)
                   AND a.customer_name IS NOT NULL);
END $$;

-- stands_unseen: whether something stands for the number that rings which was not known (p_known) when
-- it was decided that nothing must be asked: another call of the number was faster. Its caller has
-- the company's lock. NULL: nobody has looked, and nothing is asked.
CREATE OR REPLACE FUNCTION stands_unseen(
    p_company_id bigint, p_call_id text, p_caller text, p_known bigint[], p_now timestamptz)
RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN p_known IS NOT NULL AND p_caller IS NOT NULL
       AND NOT standing_ids(p_company_id, p_call_id, p_caller, p_now) <@ p_known;
END $$;
