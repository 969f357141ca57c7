-- new_token: a token for a reservation, of the kind that is sealed when it is given out (version 8).
-- While servers of the former release may still run it is of their kind (version 4).
CREATE OR REPLACE FUNCTION new_token(p_company companies) RETURNS uuid
LANGUAGE sql VOLATILE AS $$
    SELECT CASE WHEN p_company.tokens_sealed_from <= clock_timestamp()
                THEN overlay(gen_random_uuid()::text PLACING '8' FROM 15)::uuid
                ELSE gen_random_uuid() END
$$;

-- insert_claims: insert a row for each claim whose time is free, in one global order, and skip the
-- others, those that this token has made already included. ON CONFLICT DO NOTHING, because plain
-- inserts deadlock under contention. p_token[i] is the caller's token for option i; NULL leaves the
-- option out. p_template holds the columns that all rows share. Returns how many rows were
-- inserted.
CREATE OR REPLACE FUNCTION insert_claims(
    p_template appointment_reservations, p_token uuid[], p_claims claim[]) RETURNS integer
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_made integer;
BEGIN
    INSERT INTO appointment_reservations (
        company_id, reservation_token, compound_parent_token, offer_id, channel, call_id,
        customer_name, customer_phone, cancel_notice_min, part_number, total_parts, person,
        person_called, service_id,
        wished_staff_id, price_cents, staff_id, calendar_id, start_time, end_time,
        buffer_before_min, buffer_after_min, is_compound, segment_number, total_segments,
        reserved_at, asked_at, updated_at, expires_at, origin, catalogue_version, took_over,
        unproven)
    SELECT (p_template).company_id,
           CASE WHEN o.n_claims > 1 THEN gen_random_uuid() ELSE p_token[c.option_number] END,
           CASE WHEN o.n_claims > 1 THEN p_token[c.option_number] END,
           (p_template).offer_id, (p_template).channel, (p_template).call_id,
           (p_template).customer_name, (p_template).customer_phone,
           (p_template).cancel_notice_min, c.part_number, o.n_parts, c.person,
           c.person_called, c.service_id,
           c.wished_staff_id, c.price_cents, c.staff_id, c.calendar_id, c.starts_at, c.ends_at,
           c.buffer_before_min, c.buffer_after_min,
           o.n_segments > 1, c.segment_number, o.n_segments,
           (p_template).reserved_at, (p_template).asked_at, (p_template).asked_at,
           (p_template).expires_at, (p_template).origin, (p_template).catalogue_version,
           (p_template).took_over, (p_template).unproven
    FROM unnest(p_claims) c
    JOIN (
        SELECT u.option_number, count(*) AS n_claims, max(u.segment_number) AS n_segments,
               max(u.part_number) AS n_parts
        FROM unnest(p_claims) u GROUP BY u.option_number
    ) o USING (option_number)
    WHERE p_token[c.option_number] IS NOT NULL
    ORDER BY c.calendar_id, c.starts_at
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_made = ROW_COUNT;
    RETURN v_made;
END $$;

-- whole_options: the numbers of the options of which every claim has its row. An option is held
-- only if it is among them.
CREATE OR REPLACE FUNCTION whole_options(
    p_company_id bigint, p_token uuid[], p_claims claim[]) RETURNS smallint[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(
        SELECT o.option_number
        FROM (SELECT option_number, count(*) AS n FROM unnest(p_claims) GROUP BY option_number) o
        WHERE o.n = (
            SELECT count(*) FROM appointment_reservations r
            WHERE r.company_id = p_company_id AND p_token[o.option_number]
                  = r.caller_token));
END $$;

-- retire_tokens: expire those of these reservations that are past their expiry, whole. It locks the
-- rows first and reads the clock in a later statement: a clock read before the wait would be early.
CREATE OR REPLACE FUNCTION retire_tokens(
    p_company companies, p_tokens uuid[], p_now timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_now timestamptz;
BEGIN
    PERFORM FROM appointment_reservations r
    WHERE r.company_id = p_company.id AND r.status = 'active'
      AND r.caller_token = ANY (p_tokens)
    ORDER BY r.calendar_id, r.start_time
    FOR UPDATE;
    v_now := clock_of(p_company, p_now);
    UPDATE appointment_reservations r
    SET status = 'expired', blocks = false, ended_at = r.expires_at, updated_at = v_now,
        ended_xid = pg_current_xact_id()::text::bigint
    WHERE r.company_id = p_company.id AND r.status = 'active' AND r.expires_at <= v_now
      AND r.caller_token = ANY (p_tokens);
END $$;

-- standing_in_the_way: the blocking rows that overlap a claim, each with the option that it blocks.
-- Plain comparisons, because && is no index condition under a policy.
CREATE OR REPLACE FUNCTION standing_in_the_way(p_company_id bigint, p_claims claim[])
RETURNS TABLE (option_number smallint, token uuid, status text, expires_at timestamptz,
               call_id text, person smallint, part_number smallint)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT DISTINCT c.option_number, r.caller_token,
           r.status, r.expires_at, r.call_id, r.person, r.part_number
    FROM unnest(p_claims) c
    JOIN appointment_reservations r
      ON r.company_id = p_company_id AND r.calendar_id = c.calendar_id AND r.blocks
     AND r.start_time < c.ends_at AND r.start_time > c.starts_at - longest_claim()
     AND r.end_time > c.starts_at;
END $$;

-- make_claims: claim the options that are free, each whole or not at all. What stands in the way
-- past its expiry is retired first, because an exclusion constraint cannot look at the clock.
-- Returns the numbers of the options that are claimed.
CREATE OR REPLACE FUNCTION make_claims(
    p_company companies, p_template appointment_reservations, p_token uuid[], p_claims claim[],
    p_now timestamptz) RETURNS smallint[]
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_whole smallint[];
    v_wanted integer;
BEGIN
    SELECT array_agg(DISTINCT option_number), count(*) INTO v_whole, v_wanted
    FROM unnest(p_claims) WHERE p_token[option_number] IS NOT NULL;
    -- step: first try
    IF insert_claims(p_template, p_token, p_claims) = v_wanted THEN
        RETURN v_whole;
    END IF;
    -- step: retire the expired and try once more, even if housekeeping was faster
    PERFORM retire_tokens(p_company, ARRAY(
        SELECT s.token FROM standing_in_the_way(p_company.id, p_claims) s
        WHERE s.status = 'active' AND s.token <> ALL (array_remove(p_token, NULL))), p_now);
    PERFORM insert_claims(p_template, p_token, p_claims);
    v_whole := whole_options(p_company.id, p_token, p_claims);
    -- step: take back what is not whole
    DELETE FROM appointment_reservations r
    WHERE r.company_id = p_company.id
      AND r.caller_token IN (
          SELECT p_token[c.option_number] FROM unnest(p_claims) c
          WHERE NOT c.option_number = ANY (v_whole));
    RETURN v_whole;
END $$;
