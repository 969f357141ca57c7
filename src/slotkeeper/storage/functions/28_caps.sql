-- Caps: how much time callers keep of whom nobody knows that they are customers. To keep is to hold
-- now, or to have booked within the hour. How the figures were chosen: docs/security.md.

-- share_of_week: how many minutes of a week all unproven callers of a kind keep together. Those with
-- a number at least what ten new customers an hour book, the others at least what a family's visit
-- takes: much where one person works alone. More only where new numbers compete, as a crowd does for
-- a popular day and a robot does not, who takes one slot after the other: so much for each whose wish
-- another one has.
CREATE OR REPLACE FUNCTION share_of_week(
    p_sellable_week_min integer, p_unproven text, p_rivals integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_unproven
        WHEN 'number' THEN greatest(p_sellable_week_min * 5 / 100, 600)
                           + p_sellable_week_min * least(3 * p_rivals, 30) / 100
        ELSE greatest(p_sellable_week_min * 5 / 100, 240)
             + p_sellable_week_min * least(p_rivals, 5) / 100 END
$$;

-- slots_of_a_newcomer: how many slots a number may keep in any crowd, known or not.
CREATE OR REPLACE FUNCTION slots_of_a_newcomer() RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT 2 $$;

-- unproven_caller: who asks, where nobody knows that it is a customer: 'number' (one that has no
-- appointment) or 'unnamed' (the number is withheld, or there is no call to know it by). NULL: the
-- desk, or a number with an appointment; where another number was said, that is the one that rang.
-- What an unproven caller has booked proves the number a day later, so that a robot cannot prove its
-- own.
CREATE OR REPLACE FUNCTION unproven_caller(p_request reservation_request, p_now timestamptz)
RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_request.caller IS NULL THEN
        RETURN NULL;
    ELSIF p_request.call_id IS NULL OR p_request.caller LIKE 'line:%' THEN
        RETURN 'unnamed';
    ELSIF EXISTS (
        SELECT FROM (
            SELECT a.status, a.booked_at, a.reservation_token FROM appointments a
            WHERE a.company_id = p_request.company_id AND a.customer_phone = p_request.caller
              AND NOT EXISTS (SELECT FROM said_numbers s
                              WHERE s.company_id = a.company_id AND s.appointment_id = a.id)
            UNION ALL
            SELECT a.status, a.booked_at, a.reservation_token
            FROM said_numbers s JOIN appointments a
              ON a.company_id = s.company_id AND a.id = s.appointment_id
            WHERE s.company_id = p_request.company_id AND s.caller_phone = p_request.caller
        ) of_number
        WHERE status = 'booked'
          AND (booked_at <= p_now - interval '1 day'
               OR NOT EXISTS (
                   SELECT FROM appointment_reservations r
                   WHERE r.company_id = p_request.company_id
                     AND r.caller_token = of_number.reservation_token
                     AND r.unproven IS NOT NULL)))
    THEN
        RETURN NULL;
    END IF;
    RETURN 'number';
END $$;

-- kept_by_caller: what a caller keeps: all that its calls have booked within the hour, and what its
-- other calls hold. What this call holds makes way for its next wishes. Callers who withhold their
-- number are one caller for each line.
CREATE OR REPLACE FUNCTION kept_by_caller(
    p_call calls, p_now timestamptz, OUT slots integer, OUT kept_min integer)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    SELECT count(DISTINCT r.caller_token),
           coalesce(sum(extract(epoch FROM r.end_time - r.start_time) / 60), 0)
    INTO slots, kept_min
    FROM calls c
    JOIN appointment_reservations r
      ON r.company_id = c.company_id AND r.call_id = c.call_id AND r.blocks
     AND r.staff_id IS NOT NULL AND r.reserved_at > p_now - interval '1 hour'
     AND (r.status = 'converted' OR (r.expires_at > p_now AND c.id <> p_call.id))
    WHERE c.company_id = p_call.company_id AND c.caller_hash = p_call.caller_hash
      AND c.first_seen_at > p_now - interval '1 hour' AND c.holds_made > 0;
END $$;

-- rivals: how many new numbers have wished within the hour what another one kept.
CREATE OR REPLACE FUNCTION rivals(p_company_id bigint, p_now timestamptz) RETURNS integer
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT count(*) FROM new_callers n
        WHERE n.company_id = p_company_id AND n.is_rival AND n.since > p_now - interval '1 hour');
END $$;

-- note_rival: note that a new number has wished in vain what another unproven caller keeps. p_refused
-- is what its call has wished in vain, the newest last.
CREATE OR REPLACE FUNCTION note_rival(p_call calls, p_refused jsonb, p_now timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_wished_at timestamptz := p_refused -> -1 ->> 'at';
BEGIN
    UPDATE new_callers n SET is_rival = true
    WHERE n.company_id = p_call.company_id AND n.caller_hash = p_call.caller_hash
      AND NOT n.is_rival AND EXISTS (
          SELECT FROM appointment_reservations r
          WHERE r.company_id = p_call.company_id AND r.unproven IS NOT NULL AND r.blocks
            AND r.reserved_at > p_now - interval '1 hour'
            AND r.call_id IS DISTINCT FROM p_call.call_id
            AND r.start_time <= v_wished_at AND r.end_time > v_wished_at);
END $$;

-- options_over_share: the options that would make callers of this kind keep more of a week than they
-- may together. Of an offer only the longest option counts, as the caller takes one of them. Where
-- they keep nothing, nothing is too much: one long visit is no robot. What the competition adds is
-- for numbers that keep nothing yet.
CREATE OR REPLACE FUNCTION options_over_share(
    p_company companies, p_request reservation_request, p_unproven text, p_own_slots integer,
    p_claims claim[], p_now timestamptz) RETURNS smallint[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_most_min integer := share_of_week(p_request.sellable_week_min, p_unproven, CASE
        WHEN p_unproven = 'number' AND p_own_slots > 0 THEN 0
        WHEN p_unproven = 'number' AND p_request.without_holds THEN 10
        ELSE rivals(p_company.id, p_now) END);
BEGIN
    RETURN ARRAY(
        SELECT o.option_number
        FROM (
            SELECT c.option_number, date_trunc('week', min(c.starts_at), p_company.timezone) AS week,
                   sum(c.ends_at - c.starts_at) AS more
            FROM unnest(p_claims) c WHERE c.staff_id IS NOT NULL GROUP BY c.option_number
        ) o
        WHERE o.more + (
            SELECT sum(f.longest) FROM (
                SELECT max(t.lasts) AS longest FROM (
                    SELECT r.offer_id, sum(r.end_time - r.start_time) AS lasts
                    FROM appointment_reservations r
                    WHERE r.company_id = p_company.id AND r.unproven = p_unproven AND r.blocks
                      AND r.reserved_at > p_now - interval '1 hour' AND r.staff_id IS NOT NULL
                      AND (r.status = 'converted' OR r.expires_at > p_now)
                      AND r.start_time >= o.week AND r.start_time < o.week + interval '7 days'
                    GROUP BY r.offer_id, r.caller_token
                ) t GROUP BY t.offer_id
            ) f
        ) > make_interval(mins => v_most_min));
END $$;

-- note_new_caller: note that a number without an appointment wishes something, once within the hour.
CREATE OR REPLACE FUNCTION note_new_caller(
    p_company_id bigint, p_caller_hash bytea, p_now timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    INSERT INTO new_callers AS n (company_id, caller_hash, since)
    VALUES (p_company_id, p_caller_hash, p_now)
    ON CONFLICT (company_id, caller_hash) DO UPDATE SET
        since = excluded.since, is_rival = false
    WHERE n.since <= p_now - interval '1 hour';
END $$;

-- is_rush_of_new_callers: whether more new numbers have wished something than the company serves in
-- an hour. Who is refused counts as well, so that a robot is not served again and again.
CREATE OR REPLACE FUNCTION is_rush_of_new_callers(p_company companies, p_now timestamptz)
RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM new_callers n
        WHERE n.company_id = p_company.id AND n.since > p_now - interval '1 hour'
        ORDER BY n.since DESC OFFSET p_company.max_new_callers_hour LIMIT 1);
END $$;

-- has_too_many: whether a caller keeps as much as the company allows, whatever is wished next; and
-- while new numbers rush in, whether this is one that has not been served before.
CREATE OR REPLACE FUNCTION has_too_many(
    p_company companies, p_call calls, p_unproven text, p_own_slots integer, p_now timestamptz)
RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_own_slots >= (CASE WHEN p_call.withheld THEN p_company.max_holds_withheld_hour
                            ELSE p_company.max_holds_per_caller_hour END) THEN
        RETURN true;
    END IF;
    -- Once it has been served, a call goes on.
    RETURN p_unproven = 'number' AND p_call.holds_made = 0
       AND is_rush_of_new_callers(p_company, p_now)
       AND NOT (p_own_slots < slots_of_a_newcomer() AND EXISTS (
           SELECT FROM calls c
           WHERE c.company_id = p_company.id AND c.caller_hash = p_call.caller_hash
             AND c.first_seen_at > p_now - interval '1 hour' AND c.holds_made > 0));
END $$;

-- crowded_options: the options on a calendar's day of which other calls hold more, without booking,
-- than the company allows.
CREATE OR REPLACE FUNCTION crowded_options(
    p_company companies, p_call calls, p_claims claim[], p_now timestamptz) RETURNS smallint[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT c.option_number FROM unnest(p_claims) c
        WHERE (
            SELECT coalesce(sum(r.end_time - r.start_time), interval '0')
            FROM appointment_reservations r
            WHERE r.company_id = p_company.id AND r.calendar_id = c.calendar_id AND r.blocks
              AND r.status = 'active' AND r.expires_at > p_now
              AND r.call_id IS DISTINCT FROM p_call.call_id
              AND r.start_time >= date_trunc('day', c.starts_at, p_company.timezone)
              AND r.start_time < date_trunc('day', c.starts_at, p_company.timezone)
                                 + interval '1 day'
        ) > make_interval(mins => p_company.max_held_min_per_day));
END $$;

-- within_caps: the outcomes of an offer's options, with the refusal for each that still stands as
-- 'taken' where a cap forbids it. A caller's first wish is exempt from the day's share, so that every
-- customer who rings gets an answer: of a number without an appointment while it keeps nothing, which
-- the share of the week bounds. Its looks are planned once: planned anew for each call, as PostgreSQL
-- would, they cost more than they read.
CREATE OR REPLACE FUNCTION within_caps(
    p_company companies, p_request reservation_request, p_call calls,
    p_template appointment_reservations, p_outcome text[], p_claims claim[],
    p_first_is_wished boolean, p_refused jsonb) RETURNS text[]
LANGUAGE plpgsql VOLATILE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_now timestamptz := p_template.reserved_at;
    v_unproven text := p_template.unproven;
    v_own record;
    v_over smallint[];
    v_crowded smallint[];
BEGIN
    v_own := kept_by_caller(p_call, v_now);
    IF v_unproven = 'number' AND p_call.holds_made = 0 THEN
        PERFORM note_new_caller(p_company.id, p_call.caller_hash, v_now);
    END IF;
    IF has_too_many(p_company, p_call, v_unproven, v_own.slots, v_now)
       OR (v_unproven IS NULL AND v_own.slots >= slots_of_a_newcomer()
           AND v_own.kept_min > share_of_week(p_request.sellable_week_min, 'number', 0))
    THEN
        RETURN array_replace(p_outcome, 'taken', 'too_many_holds');
    END IF;
    IF v_unproven = 'number' AND p_refused IS NOT NULL THEN
        PERFORM note_rival(p_call, p_refused, v_now);
    END IF;
    IF v_unproven IS NOT NULL THEN
        v_over := options_over_share(
            p_company, p_request, v_unproven, v_own.slots, p_claims, v_now);
    END IF;
    IF NOT p_first_is_wished OR p_call.holds_made > 0 OR v_unproven = 'unnamed'
       OR (v_unproven = 'number' AND v_own.slots > 0)
    THEN
        v_crowded := crowded_options(p_company, p_call, p_claims, v_now);
    END IF;
    RETURN ARRAY(
        SELECT CASE WHEN p_outcome[o] <> 'taken' THEN p_outcome[o]
                    WHEN o = ANY (v_over) THEN 'too_many_holds'
                    WHEN o = ANY (v_crowded) THEN 'crowded'
                    ELSE 'taken' END
        FROM generate_series(1, cardinality(p_outcome)) o ORDER BY o);
END $$;
