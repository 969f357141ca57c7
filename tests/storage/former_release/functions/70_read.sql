-- busy: everything a check must know in one round trip: the catalogue's version, the clock, and
-- what takes time on the calendars in a window. Told apart is what is the asker's own: the call's
-- holds and bookings for the same of a party, and the appointment that is to be moved.
-- kind: hold | own | appointment | imported | absence.
CREATE OR REPLACE FUNCTION busy(
    p_company_id bigint, p_calendar_ids bigint[], p_from timestamptz, p_to timestamptz,
    p_call_id text, p_party smallint, p_moving_id bigint, p_now timestamptz)
RETURNS TABLE (catalogue_version bigint, read_at timestamptz, kinds text[], calendar_ids bigint[],
               starts timestamptz[], ends timestamptz[], expiries timestamptz[])
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    v_company companies;
    v_now timestamptz;
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    SELECT * INTO v_company FROM companies WHERE id = p_company_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown company' USING ERRCODE = 'SK001';
    END IF;
    v_now := clock_of(v_company, p_now);
    RETURN QUERY
    SELECT v_company.catalogue_version, v_now,
           coalesce(array_agg(t.kind), '{}'), coalesce(array_agg(t.calendar_id), '{}'),
           coalesce(array_agg(t.starts_at), '{}'), coalesce(array_agg(t.ends_at), '{}'),
           coalesce(array_agg(t.expires_at), '{}')
    FROM (
        SELECT CASE WHEN r.converted_to_appointment_id = p_moving_id THEN 'own'
                    WHEN r.call_id = p_call_id AND r.party = p_party THEN 'own'
                    WHEN r.status = 'converted' THEN 'appointment'
                    ELSE 'hold' END AS kind,
               r.calendar_id, r.start_time AS starts_at, r.end_time AS ends_at, r.expires_at
        FROM appointment_reservations r
        WHERE r.company_id = p_company_id AND r.calendar_id = ANY (p_calendar_ids) AND r.blocks
          AND r.start_time < p_to AND r.start_time > p_from - interval '12 hours'
          AND r.end_time > p_from AND (r.status = 'converted' OR r.expires_at > v_now)
        UNION ALL
        SELECT 'imported', b.calendar_id, b.starts_at, b.ends_at, NULL FROM busy_times b
        WHERE b.company_id = p_company_id AND b.calendar_id = ANY (p_calendar_ids)
          AND b.ends_at > p_from AND b.starts_at < p_to
        UNION ALL
        SELECT 'absence', a.calendar_id, a.starts_at, a.ends_at, NULL FROM absences a
        WHERE a.company_id = p_company_id AND a.calendar_id = ANY (p_calendar_ids)
          AND a.ends_at > p_from AND a.starts_at < p_to
    ) t;
END $$;

-- reservations_of_call: all that a call has held, the oldest first. Names the company itself, so that
-- a yes is two round trips: this one and the conversion.
CREATE OR REPLACE FUNCTION reservations_of_call(
    p_company_id bigint, p_call_id text, p_limit integer) RETURNS SETOF whole_reservations
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    RETURN QUERY
    SELECT w.* FROM whole_reservations w
    WHERE w.company_id = p_company_id AND w.call_id = p_call_id
    ORDER BY w.first_id LIMIT p_limit;
END $$;
