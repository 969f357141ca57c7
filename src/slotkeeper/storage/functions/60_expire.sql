-- due_companies: the companies that have holds past their expiry. It runs as the overseer, who may
-- read no name and no number. It skips sandbox companies, whose callers bring their own clock.
CREATE OR REPLACE FUNCTION due_companies(p_limit integer) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT coalesce(array_agg(DISTINCT d.company_id), '{}')
    FROM (
        SELECT r.company_id FROM appointment_reservations r JOIN companies c ON c.id = r.company_id
        WHERE r.status = 'active' AND r.expires_at <= statement_timestamp() AND NOT c.sandbox
        ORDER BY r.expires_at LIMIT p_limit
    ) d
$$;

-- expire_due: expire a batch of the reservations that are past their expiry. Housekeeping only: a
-- dead hold blocks nobody even before this. It takes no company's lock and waits for nobody: it
-- leaves a reservation for the next round if any of its rows is locked. Returns how many it
-- expired.
CREATE OR REPLACE FUNCTION expire_due(p_limit integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
    v_locked uuid[];
    v_expired integer;
BEGIN
    PERFORM set_config('slotkeeper.companies', due_companies(p_limit)::text, true);
    -- step: lock what is due; a batch may cut a compound, so its other rows are locked next
    v_locked := ARRAY(
        SELECT r.caller_token
        FROM appointment_reservations r
        WHERE r.company_id = ANY (current_setting('slotkeeper.companies')::bigint[])
          AND r.status = 'active' AND r.expires_at <= v_now
        ORDER BY r.expires_at LIMIT p_limit FOR UPDATE SKIP LOCKED);
    WITH rows_locked AS (
        SELECT r.id, r.caller_token AS token
        FROM appointment_reservations r
        WHERE r.company_id = ANY (current_setting('slotkeeper.companies')::bigint[])
          AND r.status = 'active' AND r.expires_at <= v_now
          AND r.caller_token = ANY (v_locked)
        FOR UPDATE SKIP LOCKED
    )
    SELECT coalesce(array_agg(l.token), '{}') INTO v_locked
    FROM (SELECT token, count(*) AS n FROM rows_locked GROUP BY token) l
    WHERE l.n = (
        SELECT count(*) FROM appointment_reservations r
        WHERE r.company_id = ANY (current_setting('slotkeeper.companies')::bigint[])
          AND r.caller_token = l.token);
    -- step: end them
    UPDATE appointment_reservations r
    SET status = 'expired', blocks = false, ended_at = r.expires_at,
        updated_at = clock_timestamp(),
        ended_xid = pg_current_xact_id()::text::bigint
    WHERE r.company_id = ANY (current_setting('slotkeeper.companies')::bigint[])
      AND r.status = 'active'
      AND r.caller_token = ANY (v_locked);
    SELECT count(DISTINCT t) INTO v_expired FROM unnest(v_locked) t;
    RETURN v_expired;
END $$;
