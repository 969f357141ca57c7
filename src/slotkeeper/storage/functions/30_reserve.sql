-- as_new_reservation: a row with the columns filled that all reservations of one offer share.
CREATE OR REPLACE FUNCTION as_new_reservation(
    p_request reservation_request, p_now timestamptz, p_ttl_s integer, p_origin text)
RETURNS appointment_reservations
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_template appointment_reservations;
BEGIN
    v_template.company_id := p_request.company_id;
    v_template.call_id := p_request.call_id;
    v_template.channel := p_request.channel;
    v_template.customer_name := p_request.customer_name;
    v_template.customer_phone := p_request.customer_phone;
    v_template.cancel_notice_min := p_request.cancel_notice_min;
    v_template.offer_id := gen_random_uuid();
    v_template.reserved_at := p_now;
    v_template.asked_at := p_now;
    v_template.expires_at := p_now + make_interval(secs => p_ttl_s);
    v_template.origin := p_origin;
    v_template.catalogue_version := p_request.catalogue_version;
    v_template.unproven := unproven_caller(p_request, p_now);
    RETURN v_template;
END $$;

-- this_call: the row of the request's call; the call's first request inserts it. All NULL where the
-- request names no call.
CREATE OR REPLACE FUNCTION this_call(p_request reservation_request, p_now timestamptz) RETURNS calls
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_call calls;
BEGIN
    IF p_request.call_id IS NOT NULL THEN
        SELECT * INTO v_call FROM calls
        WHERE company_id = p_request.company_id AND call_id = p_request.call_id;
        IF NOT FOUND THEN
            INSERT INTO calls (
                company_id, call_id, channel, first_seen_at, caller_hash, withheld)
            VALUES (p_request.company_id, p_request.call_id, p_request.channel, p_now,
                    p_request.caller_hash,
                    coalesce(p_request.caller LIKE 'line:%', false))
            RETURNING * INTO v_call;
        ELSIF v_call.caller_hash IS NULL AND p_request.caller IS NOT NULL THEN
            -- The platform has told of the call before, without who rings.
            UPDATE calls SET caller_hash = p_request.caller_hash,
                             withheld = p_request.caller LIKE 'line:%'
            WHERE company_id = p_request.company_id AND id = v_call.id
            RETURNING * INTO v_call;
        END IF;
    END IF;
    RETURN v_call;
END $$;

-- release_own: cancel this call's own holds, for the people of these claims, that stand in the way
-- of them. Nothing is cancelled where anybody else stands in the way too. Returns their
-- tokens.
CREATE OR REPLACE FUNCTION release_own(
    p_company companies, p_template appointment_reservations, p_claims claim[], p_now timestamptz)
RETURNS uuid[]
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_own uuid[];
BEGIN
    SELECT array_agg(s.token) INTO v_own
    FROM standing_in_the_way(p_company.id, p_claims) s
    -- IS NOT DISTINCT FROM and not '=': bool_and skips a NULL, and a hold without a call is
    -- somebody else's.
    HAVING bool_and(s.status = 'active' AND s.call_id IS NOT DISTINCT FROM p_template.call_id
                    AND s.person IN (SELECT c.person FROM unnest(p_claims) c));
    RETURN end_tokens(p_company, coalesce(v_own, '{}'), 'superseded', p_now);
END $$;

-- visit_of_claims, visit_of_rows: who gets which service in a visit, in its order.
CREATE OR REPLACE FUNCTION visit_of_claims(p_claims claim[], p_option integer) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT string_agg(DISTINCT format('%s/%s/%s', chr(64 + c.part_number), c.person, c.service_id),
                      ' ')
    FROM unnest(p_claims) c WHERE c.option_number = p_option
$$;
CREATE OR REPLACE FUNCTION visit_of_rows(p_company_id bigint, p_token uuid) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT string_agg(DISTINCT format('%s/%s/%s', chr(64 + r.part_number), r.person, r.service_id),
                      ' ')
    FROM appointment_reservations r
    WHERE r.company_id = p_company_id AND r.caller_token = p_token AND r.blocks
$$;

-- is_at_branch: whether who serves a claim works at a branch.
CREATE OR REPLACE FUNCTION is_at_branch(p_claim appointment_reservations, p_branch_id bigint)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM staff m
        WHERE m.company_id = (p_claim).company_id AND m.id = (p_claim).staff_id
          AND m.branch_id = p_branch_id)
$$;

-- is_with_wished: whether a reservation begins each part that is wished with somebody with the
-- person who is claimed for it, and each that is wished at a branch with somebody there.
CREATE OR REPLACE FUNCTION is_with_wished(
    p_company_id bigint, p_token uuid, p_claims claim[], p_option integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (
        SELECT FROM unnest(p_claims) c
        WHERE c.option_number = p_option AND c.staff_id IS NOT NULL
          AND (c.wished_staff_id IS NOT NULL OR c.wished_branch_id IS NOT NULL)
          AND c.segment_number = (
              SELECT min(first.segment_number) FROM unnest(p_claims) first
              WHERE first.option_number = p_option AND first.part_number = c.part_number)
          AND NOT EXISTS (
              SELECT FROM appointment_reservations r
              WHERE r.company_id = p_company_id AND r.caller_token = p_token
                AND r.part_number = c.part_number AND r.segment_number = c.segment_number
                AND (c.wished_staff_id IS NULL OR r.staff_id = c.staff_id)
                AND (c.wished_branch_id IS NULL OR is_at_branch(r, c.wished_branch_id))))
$$;

-- wished_before: for each option, the live or booked reservation of the same call, visit and start:
-- the caller repeats a wish. Where a stylist or a branch is wished, it counts only if it is with her
-- and there; another makes it a new wish, which replaces the former.
CREATE OR REPLACE FUNCTION wished_before(
    p_template appointment_reservations, p_claims claim[])
RETURNS TABLE (option_number smallint, token uuid, offer_id uuid, status text)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT DISTINCT ON (o.option_number) o.option_number, r.caller_token, r.offer_id, r.status
    FROM (
        SELECT c.option_number, visit_of_claims(p_claims, c.option_number) AS visit,
               min(c.starts_at + make_interval(mins => c.buffer_before_min)) AS starts_at
        FROM unnest(p_claims) c GROUP BY c.option_number
    ) o
    JOIN appointment_reservations r
      ON r.company_id = (p_template).company_id AND r.call_id = (p_template).call_id
     AND r.segment_number = 1 AND r.staff_id IS NOT NULL
     AND r.start_time + make_interval(mins => r.buffer_before_min) = o.starts_at
     AND r.blocks AND (r.status = 'converted' OR r.expires_at > (p_template).reserved_at)
     AND visit_of_rows(r.company_id, r.caller_token) = o.visit
     AND is_with_wished(r.company_id, r.caller_token, p_claims, o.option_number)
    ORDER BY o.option_number, r.id;
END $$;

-- renew: move the expiry of all that a call holds, because any wish of the call keeps its holds
-- alive. Never to an earlier instant, never beyond the cap on total age. What is wished again
-- (p_asked) also counts as asked now.
CREATE OR REPLACE FUNCTION renew(
    p_company companies, p_call_id text, p_asked uuid[], p_ttl_s integer, p_now timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    UPDATE appointment_reservations r
    SET updated_at = p_now,
        asked_at = CASE
            WHEN r.caller_token = ANY (p_asked) THEN p_now
            ELSE r.asked_at END,
        expires_at = greatest(r.expires_at, least(
            p_now + make_interval(secs => p_ttl_s),
            r.reserved_at + make_interval(secs => (p_company).max_hold_age_s)))
    WHERE r.company_id = (p_company).id AND r.call_id = p_call_id
      AND r.status = 'active' AND r.expires_at > p_now;
END $$;

-- end_tokens: cancel these active reservations, whole, with a reason. One that is past its expiry
-- becomes expired instead of cancelled. Returns the tokens that were cancelled.
CREATE OR REPLACE FUNCTION end_tokens(
    p_company companies, p_tokens uuid[], p_reason text, p_now timestamptz) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_now timestamptz;
    v_ended uuid[];
BEGIN
    IF cardinality(p_tokens) = 0 THEN
        RETURN p_tokens;
    END IF;
    PERFORM retire_tokens(p_company, p_tokens, p_now);
    v_now := clock_of(p_company, p_now); -- once: all rows of a reservation end at one instant
    WITH ended AS (
        UPDATE appointment_reservations r
        SET status = 'cancelled', blocks = false, end_reason = p_reason,
            ended_at = v_now, updated_at = v_now,
            ended_xid = pg_current_xact_id()::text::bigint
        WHERE r.company_id = p_company.id AND r.status = 'active'
          AND r.caller_token = ANY (p_tokens)
        RETURNING r.caller_token AS token
    )
    SELECT coalesce(array_agg(DISTINCT token), '{}') INTO v_ended FROM ended;
    RETURN v_ended;
END $$;

-- supersede: cancel the offers of a call beyond its newest two; called only after the new hold is
-- made. A wish that this offer replaces (same visit and start, another stylist) is cancelled
-- too. Returns the tokens that were cancelled.
CREATE OR REPLACE FUNCTION supersede(
    p_company companies, p_template appointment_reservations, p_claims claim[], p_now timestamptz)
RETURNS uuid[]
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN end_tokens(p_company, ARRAY(
        SELECT r.caller_token
        FROM appointment_reservations r
        JOIN (
            SELECT offer_id, row_number() OVER (ORDER BY max(asked_at) DESC, max(id) DESC) AS age
            FROM appointment_reservations
            WHERE company_id = (p_company).id AND call_id = (p_template).call_id
              AND status = 'active' AND expires_at > (p_template).reserved_at
            GROUP BY offer_id
        ) o USING (offer_id)
        WHERE r.company_id = (p_company).id AND r.call_id = (p_template).call_id
          AND r.status = 'active'
          AND (o.age > 2
               OR (r.offer_id <> (p_template).offer_id
                   AND r.segment_number = 1
                   AND EXISTS (
                       SELECT FROM unnest(p_claims) c
                       WHERE c.segment_number = 1 AND c.starts_at = r.start_time
                         AND visit_of_claims(p_claims, c.option_number)
                             = visit_of_rows(r.company_id, r.caller_token))))
    ), 'superseded', p_now);
END $$;

-- join_offer: what an answer names again belongs to its offer, so that taking one of them frees the
-- others.
CREATE OR REPLACE FUNCTION join_offer(p_company companies, p_tokens uuid[], p_offer_id uuid)
RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    UPDATE appointment_reservations r SET offer_id = p_offer_id
    WHERE r.company_id = p_company.id AND r.status = 'active' AND r.offer_id <> p_offer_id
      AND r.caller_token = ANY (p_tokens);
END $$;

-- claim_options: claim the options that still stand as 'taken', in their order, until p_keep are
-- held, with those that the call holds already; the options behind those become 'spare'. One by one cannot deadlock: the caller holds the
-- company's lock, and housekeeping waits for nobody.
CREATE OR REPLACE FUNCTION claim_options(
    p_company companies, p_template appointment_reservations, p_token uuid[], p_outcome text[],
    p_claims claim[], p_keep integer, p_now timestamptz) RETURNS text[]
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_kept integer := 0;
BEGIN
    FOR i IN 1 .. cardinality(p_outcome) LOOP
        CONTINUE WHEN p_outcome[i] NOT IN ('taken', 'held', 'repeated', 'booked');
        IF v_kept >= p_keep THEN
            p_outcome[i] := 'spare';
        ELSIF p_outcome[i] <> 'taken' THEN
            v_kept := v_kept + 1;
        ELSIF i = ANY (make_claims(p_company, p_template,
            ARRAY(SELECT CASE WHEN o = i THEN p_token[i] END
                  FROM generate_series(1, i) o ORDER BY o),
            ARRAY(SELECT c FROM unnest(p_claims) c WHERE c.option_number = i), p_now))
        THEN
            p_outcome[i] := 'held';
            v_kept := v_kept + 1;
        END IF;
    END LOOP;
    RETURN p_outcome;
END $$;

-- who_blocks: what stands in an option's way, and for holds alone until when at most; no row where
-- nothing does any more.
CREATE OR REPLACE FUNCTION who_blocks(p_company_id bigint, p_claims claim[], p_option integer)
RETURNS TABLE (kind text, until timestamptz)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT CASE WHEN bool_or(s.status = 'converted') THEN 'appointment' ELSE 'hold' END,
           CASE WHEN NOT bool_or(s.status = 'converted') THEN max(s.expires_at) END
    FROM standing_in_the_way(p_company_id, p_claims) s
    WHERE s.option_number = p_option HAVING count(*) > 0;
END $$;

-- undecided: what reserve answers where the claims were placed by a catalogue that has changed.
CREATE OR REPLACE FUNCTION undecided(p_claims claim[], p_decided_at timestamptz)
RETURNS TABLE (option_number smallint, outcome text, reservation whole_reservations,
               blocked_by text, blocked_until timestamptz, superseded uuid[],
               decided_at timestamptz)
LANGUAGE sql IMMUTABLE AS $$
    SELECT DISTINCT c.option_number, 'catalogue_changed', NULL::whole_reservations,
           NULL, NULL::timestamptz, '{}'::uuid[], p_decided_at
    FROM unnest(p_claims) c ORDER BY c.option_number
$$;

-- reserve: hold the options of one offer, each all-or-nothing, and say of the others who blocks.
-- The same wish of the same call gets the same reservation, renewed. Options are numbered from 1
-- without gaps and never overlap each other on a calendar. With p_first_is_wished, option 1 is what
-- the caller asked for, and takes the place of what this call itself holds there; without, all are
-- alternatives, which take nothing back. The first p_keep options that are free are held; those
-- behind them stand by in case a rival was faster. p_refused is what the call has now wished in
-- vain; NULL leaves what stands.
-- outcome: held | repeated | booked (this call has booked it already) | taken | spare (enough are
-- held before it) | absence or imported (somebody is away or busy elsewhere) | crowded (others hold
-- too much of that day) | too_many_holds (this caller does) | call_ended | catalogue_changed (it is no
-- longer the one by which the claims were placed: nothing was done).
CREATE OR REPLACE FUNCTION reserve(
    p_request reservation_request, p_first_is_wished boolean, p_ttl_s integer,
    p_claims claim[], p_keep integer, p_now timestamptz,
    p_origin text DEFAULT 'reserve', p_refused jsonb DEFAULT NULL)
RETURNS TABLE (option_number smallint, outcome text, reservation whole_reservations,
               blocked_by text, blocked_until timestamptz, superseded uuid[],
               decided_at timestamptz)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    v_company companies;
    v_now timestamptz;
    v_call calls;
    v_template appointment_reservations;
    v_options integer;
    v_token uuid[];
    v_outcome text[];
    v_before record;
    v_superseded uuid[] := '{}';
    v_held integer;
BEGIN
    -- step: lock the company and what the call holds, and only then read the clock
    v_company := enter(p_request.company_id);
    IF p_request.catalogue_version <> v_company.catalogue_version THEN
        RETURN QUERY SELECT * FROM undecided(p_claims, clock_of(v_company, p_now));
        RETURN;
    END IF;
    PERFORM FROM appointment_reservations r
    WHERE r.company_id = p_request.company_id AND r.call_id = p_request.call_id
      AND r.status = 'active'
    ORDER BY r.calendar_id, r.start_time FOR UPDATE;
    v_now := clock_of(v_company, p_now);
    v_template := as_new_reservation(
        p_request, v_now, least(p_ttl_s, v_company.max_hold_age_s), p_origin);
    v_call := this_call(p_request, v_now);
    SELECT max(c.option_number) INTO v_options FROM unnest(p_claims) c;
    v_token := ARRAY(SELECT new_token(v_company) FROM generate_series(1, v_options));
    v_outcome := array_fill('taken'::text, ARRAY[v_options]);

    -- step: what a call that has ended is refused
    IF v_call.ended_at IS NOT NULL THEN
        v_outcome := array_fill('call_ended'::text, ARRAY[v_options]);
    ELSIF v_call.holds_made > 0 THEN
        -- step: the same wish of before, renewed with all else that the call holds
        FOR v_before IN SELECT * FROM wished_before(v_template, p_claims) LOOP
            v_token[v_before.option_number] := v_before.token;
            v_outcome[v_before.option_number] :=
                CASE v_before.status WHEN 'converted' THEN 'booked' ELSE 'repeated' END;
            IF p_first_is_wished AND v_before.status = 'active' THEN
                v_template.offer_id := v_before.offer_id;
            END IF;
        END LOOP;
        PERFORM renew(v_company, p_request.call_id, v_token, p_ttl_s, v_now);
    END IF;

    -- step: what a caller who keeps too much is refused; the desk keeps what it likes
    IF (v_call.id IS NOT NULL OR v_template.unproven IS NOT NULL) AND 'taken' = ANY (v_outcome) THEN
        v_outcome := within_caps(v_company, p_request, v_call, v_template, v_outcome, p_claims,
                                 p_first_is_wished, p_refused);
    END IF;

    -- step: what is blocked elsewhere
    v_outcome := without_blocked(p_request.company_id, v_outcome, p_claims);

    -- step: claim the rest
    v_outcome := claim_options(v_company, v_template, v_token, v_outcome, p_claims, p_keep, p_now);
    IF NOT p_first_is_wished AND 'repeated' = ANY (v_outcome) THEN
        PERFORM join_offer(v_company, ARRAY(
            SELECT v_token[o] FROM generate_series(1, v_options) o
            WHERE v_outcome[o] = 'repeated'), v_template.offer_id);
    END IF;
    IF p_first_is_wished AND v_outcome[1] = 'taken' AND v_call.holds_made > 0 THEN
        v_superseded := release_own(v_company, v_template,
            ARRAY(SELECT c FROM unnest(p_claims) c WHERE c.option_number = 1), p_now);
        IF cardinality(v_superseded) > 0 THEN
            v_outcome := claim_options(
                v_company, v_template, v_token, v_outcome, p_claims, p_keep, p_now);
        END IF;
    END IF;

    -- step: take over from an older call of the same number
    IF p_first_is_wished THEN
        v_outcome[1] := take_over(p_request, v_template, v_token[1], v_outcome[1], p_claims, p_now);
    END IF;

    -- step: release what is too old, now that the new hold stands, and note what was made and said
    v_held := cardinality(array_positions(v_outcome, 'held'));
    PERFORM keep_topic(p_request.company_id, p_request.call_id, p_request.topic, v_now)
    WHERE p_request.call_id IS NOT NULL AND p_request.topic IS NOT NULL;
    PERFORM remember_refused(v_call, p_refused);
    IF v_call.id IS NOT NULL AND v_held > 0 THEN
        IF v_call.holds_made > 0 THEN
            v_superseded := v_superseded || supersede(v_company, v_template, ARRAY(
                SELECT c FROM unnest(p_claims) c
                WHERE v_outcome[c.option_number] = 'held'), p_now);
        END IF;
        UPDATE calls SET holds_made = holds_made + v_held
        WHERE company_id = p_request.company_id AND id = v_call.id;
    END IF;

    -- step: say what came of each option
    superseded := v_superseded;
    decided_at := v_now;
    FOR i IN 1 .. v_options LOOP
        option_number := i;
        outcome := v_outcome[i];
        reservation := NULL;
        blocked_by := NULL;
        blocked_until := NULL;
        IF v_outcome[i] = 'taken' THEN
            SELECT b.kind, b.until INTO blocked_by, blocked_until
            FROM who_blocks(p_request.company_id, p_claims, i) b;
        ELSIF v_outcome[i] IN ('held', 'repeated', 'booked') THEN
            SELECT w.* INTO reservation FROM whole_reservations w
            WHERE w.company_id = p_request.company_id AND w.token = v_token[i];
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;
