-- what_was_refused: what a call wished in vain and may still have, the first wish first; else NULL.
CREATE OR REPLACE FUNCTION what_was_refused(
    p_company_id bigint, p_call_id text, p_now timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT jsonb_agg(w.wish ORDER BY w.place)
        FROM refused_wishes r, jsonb_array_elements(r.wishes) WITH ORDINALITY w (wish, place)
        WHERE r.company_id = p_company_id AND r.call_id = p_call_id
          AND (w.wish ->> 'at')::timestamptz > p_now);
END $$;

-- first_refused_at: from when on calendars must be read to see whether a refused wish is free now.
CREATE OR REPLACE FUNCTION first_refused_at(p_refused jsonb) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT min((w ->> 'at')::timestamptz) FROM jsonb_array_elements(p_refused) w)
           - interval '1 day';
END $$;

-- remember_refused: keep with a call what it has wished in vain.
CREATE OR REPLACE FUNCTION remember_refused(p_call calls, p_refused jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF p_call.id IS NOT NULL AND p_refused IS NOT NULL THEN
        INSERT INTO refused_wishes (company_id, call_id, wishes)
        VALUES (p_call.company_id, p_call.call_id, p_refused)
        ON CONFLICT (company_id, call_id) DO UPDATE SET wishes = excluded.wishes;
    END IF;
END $$;

-- forget_refused: a person for whom a service is booked no longer waits for another time of it.
CREATE OR REPLACE FUNCTION forget_refused(p_company_id bigint, p_token uuid) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_call_id text;
    v_left jsonb;
BEGIN
    SELECT r.call_id INTO v_call_id FROM appointment_reservations r
    WHERE r.company_id = p_company_id AND r.caller_token = p_token LIMIT 1;
    SELECT jsonb_agg(w.wish ORDER BY w.place) INTO v_left
    FROM refused_wishes f, jsonb_array_elements(f.wishes) WITH ORDINALITY w (wish, place)
    WHERE f.company_id = p_company_id AND f.call_id = v_call_id
      AND NOT EXISTS (
          SELECT FROM appointment_reservations r
          WHERE r.company_id = p_company_id AND r.caller_token = p_token
            AND r.service_id = (w.wish ->> 'service')::bigint
            AND r.person = (w.wish ->> 'person')::smallint);
    IF v_left IS NULL THEN
        DELETE FROM refused_wishes f WHERE f.company_id = p_company_id AND f.call_id = v_call_id;
    ELSE
        UPDATE refused_wishes f SET wishes = v_left
        WHERE f.company_id = p_company_id AND f.call_id = v_call_id;
    END IF;
END $$;
