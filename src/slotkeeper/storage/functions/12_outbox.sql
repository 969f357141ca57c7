-- facts: every fact, whichever row it is read from. As the invoker, so that the reader's own policies
-- apply. Within one transaction a reservation is made (step 0), ends (1), and what came of it is
-- told (2). began_at bounds a search by time: no hold gets older than an hour.
CREATE OR REPLACE VIEW facts WITH (security_invoker = true) AS
SELECT r.company_id, r.made_xid AS xid, 0 AS step, r.id, r.reserved_at AS happened_at,
       r.reserved_at AS began_at, 'reservation.created' AS kind, jsonb_build_object(
           'token', r.caller_token, 'offer_id', r.offer_id, 'call_id', r.call_id,
           'channel', r.channel, 'service_id', r.service_id, 'staff_id', r.staff_id,
           'is_compound', r.is_compound, 'services', r.total_parts, 'origin', r.origin) AS payload,
       coalesce('call:' || r.call_id, r.channel) AS actor
FROM appointment_reservations r
WHERE r.segment_number = 1 AND r.staff_id IS NOT NULL AND r.origin <> 'move'
UNION ALL
SELECT r.company_id, r.ended_xid, 1, r.id, r.ended_at, r.reserved_at,
       'reservation.' || r.status, jsonb_build_object(
           'token', r.caller_token, 'offer_id', r.offer_id, 'call_id', r.call_id,
           'channel', r.channel, 'service_id', r.service_id, 'staff_id', r.staff_id,
           'is_compound', r.is_compound, 'services', r.total_parts, 'origin', r.origin,
           'reason', r.end_reason,
           'lifetime_s', extract(epoch FROM r.ended_at - r.reserved_at)),
       CASE WHEN r.status = 'expired' THEN 'worker'
            ELSE coalesce('call:' || r.call_id, r.channel) END
FROM appointment_reservations r
WHERE r.segment_number = 1 AND r.staff_id IS NOT NULL AND r.origin <> 'move'
  AND r.status <> 'active'
UNION ALL
SELECT o.company_id, o.xid, 2, o.id, o.created_at, o.created_at, o.kind, o.payload,
       o.actor
FROM outbox o;
GRANT SELECT ON facts TO slotkeeper_app;

-- write_faults: what broke, of one company; lists of one length.
CREATE OR REPLACE FUNCTION write_faults(
    p_company_id bigint, p_codes text[], p_channels text[], p_happened timestamptz[])
RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    INSERT INTO outbox (company_id, kind, payload, created_at)
    SELECT p_company_id, 'fault.' || t.code, jsonb_build_object('channel', t.channel),
           t.happened_at
    FROM unnest(p_codes, p_channels, p_happened) AS t (code, channel, happened_at);
END $$;

-- horizon: every transaction below it is over, so no fact can appear below it any more. A long
-- transaction anywhere in the cluster holds it back: readers are late then, and miss nothing.
CREATE OR REPLACE FUNCTION horizon() RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint
$$;

-- companies_to_read: the next companies, by id after p_after, of which a reader has facts to read and
-- which nobody is handing to it just now. Three looks into an index for each company, whatever its
-- past and however much waits.
CREATE OR REPLACE FUNCTION companies_to_read(p_reader text, p_after bigint, p_limit integer)
RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT ARRAY(
        SELECT c.id
        FROM companies c
        LEFT JOIN outbox_cursors k ON k.company_id = c.id AND k.reader = p_reader
        CROSS JOIN LATERAL (
            SELECT coalesce(k.read_through, -9223372036854775808) AS read_through,
                   pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon
            OFFSET 0
        ) n
        WHERE c.id > p_after AND (k.taken_until IS NULL OR k.taken_until <= clock_timestamp())
          AND (EXISTS (
                  SELECT FROM appointment_reservations r
                  WHERE r.company_id = c.id AND r.segment_number = 1 AND r.staff_id IS NOT NULL
                    AND r.origin <> 'move'
                    AND r.made_xid > n.read_through AND r.made_xid < n.horizon)
              OR EXISTS (
                  SELECT FROM appointment_reservations r
                  WHERE r.company_id = c.id AND r.segment_number = 1 AND r.staff_id IS NOT NULL
                    AND r.origin <> 'move'
                    AND r.ended_xid > n.read_through AND r.ended_xid < n.horizon)
              OR EXISTS (
                  SELECT FROM outbox o
                  WHERE o.company_id = c.id AND o.xid > n.read_through AND o.xid < n.horizon))
        ORDER BY c.id LIMIT p_limit)
$$;

-- take_facts: take a reader's cursor of a company for p_lease_s seconds and read the facts after it,
-- in their order: at least p_limit where there are as many, and always all of a transaction. Nobody
-- else is given them meanwhile; no row where there are none or another has the cursor. The lease is
-- no lock, so whoever dies with it keeps nobody longer than that.
CREATE OR REPLACE FUNCTION take_facts(
    p_company_id bigint, p_reader text, p_taker uuid, p_lease_s double precision,
    p_limit integer)
RETURNS TABLE (company_id bigint, company text, xid bigint, id bigint, kind text,
               happened_at timestamptz, payload jsonb, service text)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    -- Before anything is written: a transaction's own xid would hold its horizon back.
    v_horizon bigint := horizon();
    v_after bigint;
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    -- step: take the cursor, unless somebody has it
    INSERT INTO outbox_cursors (company_id, reader) VALUES (p_company_id, p_reader)
    ON CONFLICT DO NOTHING;
    SELECT k.read_through INTO v_after FROM outbox_cursors k
    WHERE k.company_id = p_company_id AND k.reader = p_reader
      AND (k.taken_until IS NULL OR k.taken_until <= clock_timestamp())
    FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- step: read after it
    RETURN QUERY
    SELECT f.company_id, c.slug, f.xid, f.id, f.kind, f.happened_at, f.payload, s.name
    FROM (
        SELECT * FROM facts f
        WHERE f.company_id = p_company_id AND f.xid > v_after AND f.xid < v_horizon
        ORDER BY f.xid FETCH FIRST p_limit ROWS WITH TIES
    ) f
    JOIN companies c ON c.id = f.company_id
    LEFT JOIN services s ON s.company_id = f.company_id
                        AND s.id = (f.payload ->> 'service_id')::bigint
    ORDER BY f.xid, f.step, f.id;
    IF FOUND THEN
        UPDATE outbox_cursors k
        SET taken_by = p_taker, taken_until = clock_timestamp() + make_interval(secs => p_lease_s)
        WHERE k.company_id = p_company_id AND k.reader = p_reader;
    END IF;
END $$;

-- settle_facts: give a cursor back, moved on to p_read_through, or where it was for NULL. False where
-- the lease ran out and another has taken it: then the facts are told again.
CREATE OR REPLACE FUNCTION settle_facts(
    p_company_id bigint, p_reader text, p_taker uuid, p_read_through bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    UPDATE outbox_cursors k
    SET read_through = greatest(k.read_through, p_read_through), taken_by = NULL,
        taken_until = NULL
    WHERE k.company_id = p_company_id AND k.reader = p_reader AND k.taken_by = p_taker;
    RETURN FOUND;
END $$;

-- forget_events: delete a batch of a company's events, and of who changed its settings, that are older
-- than its rule says, the oldest first, read or not. As the overseer, whose policies let nothing go
-- that is younger than a month, whatever a rule says. Returns how many events went.
CREATE OR REPLACE FUNCTION forget_events(p_company_id bigint, p_limit integer) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_before timestamptz;
    v_gone bigint;
BEGIN
    -- Sandbox companies are judged by their own clock.
    SELECT clock_timestamp() - make_interval(days => c.keep_events_days) INTO v_before
    FROM companies c WHERE c.id = p_company_id AND NOT c.sandbox;
    DELETE FROM audit_log l WHERE l.company_id = p_company_id AND l.happened_at < v_before;
    DELETE FROM outbox o WHERE o.company_id = p_company_id AND o.id = ANY (ARRAY(
        SELECT old.id FROM outbox old
        WHERE old.company_id = p_company_id AND old.created_at < v_before
        ORDER BY old.id LIMIT p_limit));
    GET DIAGNOSTICS v_gone = ROW_COUNT;
    RETURN v_gone;
END $$;

-- log_is_ahead: whether the log has places in the future of this cluster's transactions. Then the
-- database was restored from another cluster, and readers would pass every new fact.
CREATE OR REPLACE FUNCTION log_is_ahead() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT coalesce(greatest((SELECT max(k.read_through) FROM outbox_cursors k),
                             (SELECT max(o.xid) FROM outbox o))
                    >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint, false)
$$;
