-- add_absence: take a calendar out of what can be had for a while, and read what stands there,
-- under the company's lock: nothing that was committed before is missing in what is read, and
-- nothing can be claimed there afterwards. Said again, it is the same absence. waited_s: how long it
-- waited for the lock.
CREATE OR REPLACE FUNCTION add_absence(
    p_company_id bigint, p_calendar_id bigint, p_from timestamptz, p_to timestamptz,
    p_reason text, p_limit integer, p_now timestamptz)
RETURNS TABLE (absence_id bigint, hit hits, waited_s double precision)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
DECLARE
    v_asked_at timestamptz := clock_timestamp();
    v_now timestamptz;
BEGIN
    v_now := clock_of(enter(p_company_id), p_now);
    waited_s := seconds_since(v_asked_at);
    -- step: what it hits
    hit := hits_of_busy(
        p_company_id, p_calendar_id, tstzmultirange(tstzrange(p_from, p_to)), p_limit, v_now);
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
        VALUES (p_company_id, 'absence.added', ids_of_hits(hit) || jsonb_build_object(
            'absence_id', absence_id, 'calendar_id', p_calendar_id, 'from', p_from, 'to', p_to),
            v_now);
    END IF;
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
-- company's lock: of two at once the later one stays, whole. Only what differs is written, so that
-- nobody waits for what is the same. replaced: how many stretches it had said. hit: what stands in
-- what it says now. waited_s: how long it waited for the lock. An import that would free more than
-- half of the time to come that the source had said changes nothing (held_back), unless p_anyway:
-- likelier than so many cancelled appointments is a file that is not whole.
CREATE OR REPLACE FUNCTION replace_busy_times(
    p_company_id bigint, p_calendar_id bigint, p_source text, p_starts timestamptz[],
    p_ends timestamptz[], p_limit integer, p_now timestamptz, p_anyway boolean)
RETURNS TABLE (replaced bigint, hit hits, waited_s double precision, held_back boolean,
               said_min bigint, freed_min bigint)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
DECLARE
    v_busy tstzmultirange := (
        SELECT range_agg(tstzrange(t.starts_at, t.ends_at))
        FROM unnest(p_starts, p_ends) AS t (starts_at, ends_at));
    v_asked_at timestamptz := clock_timestamp();
    v_now timestamptz;
    v_said tstzmultirange;
BEGIN
    v_now := clock_of(enter(p_company_id), p_now);
    waited_s := seconds_since(v_asked_at);
    -- step: what it would free
    SELECT range_agg(tstzrange(greatest(b.starts_at, v_now), b.ends_at)) INTO v_said
    FROM busy_times b
    WHERE b.company_id = p_company_id AND b.calendar_id = p_calendar_id AND b.source = p_source
      AND b.ends_at > v_now;
    said_min := minutes_of(v_said);
    freed_min := minutes_of(v_said - coalesce(v_busy, '{}'));
    held_back := freed_min * 2 > said_min AND NOT p_anyway;
    IF held_back THEN
        INSERT INTO outbox (company_id, kind, payload, created_at)
        VALUES (p_company_id, 'busy.held_back', jsonb_build_object(
            'calendar_id', p_calendar_id, 'said_min', said_min, 'freed_min', freed_min),
            clock_timestamp());
        replaced := 0;
        RETURN NEXT;
        RETURN;
    END IF;
    -- step: swap it in
    SELECT count(*) INTO replaced FROM busy_times b
    WHERE b.company_id = p_company_id AND b.calendar_id = p_calendar_id AND b.source = p_source;
    DELETE FROM busy_times b
    WHERE b.company_id = p_company_id AND b.calendar_id = p_calendar_id AND b.source = p_source
      AND (b.starts_at, b.ends_at) NOT IN (
          SELECT t.starts_at, t.ends_at FROM unnest(p_starts, p_ends) AS t (starts_at, ends_at));
    INSERT INTO busy_times (company_id, calendar_id, source, starts_at, ends_at)
    SELECT p_company_id, p_calendar_id, p_source, n.starts_at, n.ends_at FROM (
        SELECT t.starts_at, t.ends_at FROM unnest(p_starts, p_ends) AS t (starts_at, ends_at)
        EXCEPT
        SELECT b.starts_at, b.ends_at FROM busy_times b
        WHERE b.company_id = p_company_id AND b.calendar_id = p_calendar_id
          AND b.source = p_source) n;
    -- step: what it hits
    hit := hits_of_busy(p_company_id, p_calendar_id, v_busy, p_limit, v_now);
    INSERT INTO outbox (company_id, kind, payload, created_at)
    VALUES (p_company_id, 'busy.replaced', ids_of_hits(hit) || jsonb_build_object(
        'calendar_id', p_calendar_id, 'stretches', cardinality(p_starts)), clock_timestamp());
    RETURN NEXT;
END $$;

-- minutes_of: how many minutes a multirange has; 0 of NULL.
CREATE OR REPLACE FUNCTION minutes_of(p_ranges tstzmultirange) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(round(extract(epoch FROM sum(upper(r) - lower(r))) / 60), 0)::bigint
    FROM unnest(p_ranges) r
$$;

-- seconds_since: how long ago an instant was, by the clock on the wall.
CREATE OR REPLACE FUNCTION seconds_since(p_instant timestamptz) RETURNS double precision
LANGUAGE sql VOLATILE AS $$
    SELECT extract(epoch FROM clock_timestamp() - p_instant)::double precision
$$;
