-- add_absence: take a calendar out of what can be had for a while, and read what stands there,
-- under the company's lock: nothing that was committed before is missing in what is read. Said
-- again, it is the same absence. appointments: at most p_limit, the earliest first; holds: how many
-- live.
CREATE OR REPLACE FUNCTION add_absence(
    p_company_id bigint, p_calendar_id bigint, p_from timestamptz, p_to timestamptz,
    p_reason text, p_limit integer, p_now timestamptz)
RETURNS TABLE (absence_id bigint, appointments known_appointments[], holds bigint)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz;
BEGIN
    v_now := clock_of(enter(p_company_id), p_now);
    -- step: the absence
    SELECT a.id INTO absence_id FROM absences a
    WHERE a.company_id = p_company_id AND a.calendar_id = p_calendar_id
      AND a.starts_at = p_from AND a.ends_at = p_to AND a.reason IS NOT DISTINCT FROM p_reason
    LIMIT 1;
    IF NOT FOUND THEN
        INSERT INTO absences (company_id, calendar_id, starts_at, ends_at, reason)
        VALUES (p_company_id, p_calendar_id, p_from, p_to, p_reason)
        RETURNING id INTO absence_id;
        INSERT INTO outbox (company_id, kind, payload, created_at)
        VALUES (p_company_id, 'absence.added', jsonb_build_object(
            'absence_id', absence_id, 'calendar_id', p_calendar_id, 'from', p_from, 'to', p_to),
            v_now);
    END IF;
    -- step: what it hits
    appointments := ARRAY(
        SELECT a FROM known_appointments a
        WHERE a.company_id = p_company_id AND a.id IN (
            SELECT r.converted_to_appointment_id FROM appointment_reservations r
            WHERE r.company_id = p_company_id AND r.calendar_id = p_calendar_id AND r.blocks
              AND r.status = 'converted' AND r.start_time < p_to
              AND r.start_time > p_from - longest_claim() AND r.end_time > p_from)
        ORDER BY a.starts_at, a.id LIMIT p_limit);
    SELECT count(DISTINCT r.caller_token) INTO holds FROM appointment_reservations r
    WHERE r.company_id = p_company_id AND r.calendar_id = p_calendar_id AND r.blocks
      AND r.status = 'active' AND r.expires_at > v_now AND r.start_time < p_to
      AND r.start_time > p_from - longest_claim() AND r.end_time > p_from;
    RETURN NEXT;
END $$;

-- remove_absence: the calendar is to be had again; no row where the company has no such absence.
CREATE OR REPLACE FUNCTION remove_absence(p_company_id bigint, p_absence_id bigint)
RETURNS SETOF absences
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
DECLARE
    v_absence absences;
BEGIN
    PERFORM enter(p_company_id);
    DELETE FROM absences a WHERE a.company_id = p_company_id AND a.id = p_absence_id
    RETURNING * INTO v_absence;
    IF FOUND THEN
        INSERT INTO outbox (company_id, kind, payload, created_at)
        VALUES (p_company_id, 'absence.removed', jsonb_build_object(
            'absence_id', p_absence_id, 'calendar_id', v_absence.calendar_id),
            clock_timestamp());
        RETURN NEXT v_absence;
    END IF;
END $$;

-- replace_busy_times: what a source says now takes the place of what it said before, under the
-- company's lock: of two at once the later one stays, whole. Returns how many stretches went.
CREATE OR REPLACE FUNCTION replace_busy_times(
    p_company_id bigint, p_calendar_id bigint, p_source text, p_starts timestamptz[],
    p_ends timestamptz[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
DECLARE
    v_gone bigint;
BEGIN
    PERFORM enter(p_company_id);
    DELETE FROM busy_times b
    WHERE b.company_id = p_company_id AND b.calendar_id = p_calendar_id AND b.source = p_source;
    GET DIAGNOSTICS v_gone = ROW_COUNT;
    INSERT INTO busy_times (company_id, calendar_id, source, starts_at, ends_at)
    SELECT p_company_id, p_calendar_id, p_source, t.starts_at, t.ends_at
    FROM unnest(p_starts, p_ends) AS t (starts_at, ends_at);
    INSERT INTO outbox (company_id, kind, payload, created_at)
    VALUES (p_company_id, 'busy.replaced', jsonb_build_object(
        'calendar_id', p_calendar_id, 'stretches', cardinality(p_starts)), clock_timestamp());
    RETURN v_gone;
END $$;
