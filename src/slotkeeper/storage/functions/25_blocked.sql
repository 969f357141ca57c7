-- blocked_elsewhere: the options of which a claim falls into an absence or into imported busy time,
-- each with the kind; where both are true, absence. The caller has the company's lock, and so had
-- whoever added the absence: what is committed is seen.
CREATE OR REPLACE FUNCTION blocked_elsewhere(p_company_id bigint, p_claims claim[])
RETURNS TABLE (option_number smallint, kind text)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT c.option_number, min(b.kind)
    FROM unnest(p_claims) c
    CROSS JOIN LATERAL (
        SELECT 'absence' AS kind FROM absences a
        WHERE a.company_id = p_company_id AND a.calendar_id = c.calendar_id
          AND a.ends_at > c.starts_at AND a.starts_at < c.ends_at
        UNION ALL
        SELECT 'imported' FROM busy_times t
        WHERE t.company_id = p_company_id AND t.calendar_id = c.calendar_id
          AND t.ends_at > c.starts_at AND t.starts_at < c.ends_at) b
    GROUP BY c.option_number;
END $$;

-- without_blocked: the outcomes of an offer's options, with the kind for each that still stands as
-- 'taken' and is blocked elsewhere.
CREATE OR REPLACE FUNCTION without_blocked(p_company_id bigint, p_outcome text[], p_claims claim[])
RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_blocked record;
BEGIN
    IF NOT 'taken' = ANY (p_outcome) THEN
        RETURN p_outcome; -- asked again, as most are: nothing to look for
    END IF;
    FOR v_blocked IN SELECT * FROM blocked_elsewhere(p_company_id, p_claims) LOOP
        IF p_outcome[v_blocked.option_number] = 'taken' THEN
            p_outcome[v_blocked.option_number] := v_blocked.kind;
        END IF;
    END LOOP;
    RETURN p_outcome;
END $$;

-- hits_among: these appointments and live holds, at most p_limit of each, the earliest first.
CREATE OR REPLACE FUNCTION hits_among(
    p_company_id bigint, p_appointment_ids bigint[], p_tokens uuid[], p_limit integer)
RETURNS hits
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    v_hits hits;
BEGIN
    v_hits.appointments := ARRAY(
        SELECT a FROM known_appointments a
        WHERE a.company_id = p_company_id AND a.id = ANY (p_appointment_ids)
        ORDER BY a.starts_at, a.id LIMIT p_limit);
    v_hits.holds := ARRAY(
        SELECT (w.token, w.service_id, w.staff_id, w.starts_at, w.ends_at,
                w.expires_at)::held_slot
        FROM whole_reservations w
        WHERE w.company_id = p_company_id AND w.token = ANY (p_tokens)
        ORDER BY w.starts_at, w.first_id LIMIT p_limit);
    v_hits.more := cardinality(p_appointment_ids) > p_limit OR cardinality(p_tokens) > p_limit;
    RETURN v_hits;
END $$;

-- hits_of_busy: the appointments and live holds that stand in these stretches of a calendar.
CREATE OR REPLACE FUNCTION hits_of_busy(
    p_company_id bigint, p_calendar_id bigint, p_busy tstzmultirange, p_limit integer,
    p_now timestamptz)
RETURNS hits
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_appointment_ids bigint[];
    v_tokens uuid[];
BEGIN
    SELECT array_agg(DISTINCT r.converted_to_appointment_id) FILTER (WHERE r.status = 'converted'),
           array_agg(DISTINCT r.caller_token) FILTER (WHERE r.status = 'active')
    INTO v_appointment_ids, v_tokens
    FROM appointment_reservations r
    WHERE r.company_id = p_company_id AND r.calendar_id = p_calendar_id AND r.blocks
      AND (r.status = 'converted' OR r.expires_at > p_now)
      AND r.start_time < upper(p_busy) AND r.start_time > lower(p_busy) - longest_claim()
      AND p_busy && tstzrange(r.start_time, r.end_time);
    RETURN hits_among(p_company_id, coalesce(v_appointment_ids, '{}'), coalesce(v_tokens, '{}'),
                      p_limit);
END $$;

-- ids_of_hits: what a fact may tell of hits.
CREATE OR REPLACE FUNCTION ids_of_hits(p_hits hits) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object(
        'appointment_ids', (SELECT coalesce(jsonb_agg(a.id), '[]')
                            FROM unnest((p_hits).appointments) a),
        'hold_tokens', (SELECT coalesce(jsonb_agg(h.token), '[]')
                        FROM unnest((p_hits).holds) h),
        'more', coalesce((p_hits).more, false))
$$;
