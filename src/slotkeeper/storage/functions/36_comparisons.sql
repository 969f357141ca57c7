-- A caller's number is a hint: what is booked is told after one fact more. The functions below count
-- how often a fact is compared with an appointment, in the statement that hands it out for that.

-- most_comparisons: so often a day what callers say is compared with one appointment, in all calls,
-- of all numbers and on all channels together.
CREATE OR REPLACE FUNCTION most_comparisons() RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT 3 $$;

-- count_comparisons: count p_facts facts that were said in one breath against each subject, and give
-- the subjects with which they may be compared: none beyond the day's share. Parallel calls wait for
-- each other's rows, so together they get no more. A day later it is counted anew. Of p_strangers the
-- last try is left: whoever rings without an appointment's number locks that number out of nothing.
CREATE OR REPLACE FUNCTION count_comparisons(
    p_company_id bigint, p_subjects text[], p_facts integer, p_now timestamptz,
    p_strangers text[] DEFAULT '{}') RETURNS text[]
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_yesterday timestamptz := p_now - interval '1 day';
    v_counted text[];
BEGIN
    WITH counted AS (
        INSERT INTO comparisons AS c (company_id, subject, counted, since)
        -- In one order, so that two calls never wait for each other.
        SELECT p_company_id, s, p_facts, p_now FROM unnest(p_subjects) s
        WHERE p_facts <= most_comparisons() - (s = ANY (p_strangers))::integer OR s = 'nobody'
        ORDER BY s
        ON CONFLICT (company_id, subject) DO UPDATE
        SET counted = CASE WHEN c.since <= v_yesterday THEN 0 ELSE c.counted END + excluded.counted,
            since = CASE WHEN c.since <= v_yesterday THEN p_now ELSE c.since END
        WHERE c.since <= v_yesterday OR c.subject = 'nobody'
           OR c.counted + excluded.counted
              <= most_comparisons() - (c.subject = ANY (p_strangers))::integer
        RETURNING c.subject)
    SELECT array_agg(subject) INTO v_counted FROM counted;
    RETURN coalesce(v_counted, '{}');
END $$;

-- proven_in: the appointments of which a call has given a second fact, by what it talks about.
CREATE OR REPLACE FUNCTION proven_in(p_topic text) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN ARRAY(SELECT jsonb_array_elements_text(
        coalesce(p_topic::jsonb -> 'proven', '[]'))::bigint);
END $$;

-- give_tries_back: a fact that is right was no guess. So each appointment of which the call has given
-- a second fact only now (p_proven) gets one try back; what the call has booked itself was compared
-- with nothing. Surnames get none: whoever has an appointment could guess at others of that name.
CREATE OR REPLACE FUNCTION give_tries_back(
    p_company_id bigint, p_call_id text, p_proven bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_subjects text[];
BEGIN
    IF p_proven = '{}' THEN
        RETURN;
    END IF;
    v_subjects := ARRAY(
        SELECT 'appointment:' || a.id FROM appointments a
        WHERE a.company_id = p_company_id AND a.id = ANY (p_proven)
          AND a.id <> ALL (proven_in(topic_of_call(p_company_id, p_call_id)))
          AND a.call_id IS DISTINCT FROM p_call_id);
    -- In the order in which they are counted, so that two calls never wait for each other.
    PERFORM FROM comparisons c WHERE c.company_id = p_company_id AND c.subject = ANY (v_subjects)
    ORDER BY c.subject FOR UPDATE;
    DELETE FROM comparisons c
    WHERE c.company_id = p_company_id AND c.subject = ANY (v_subjects) AND c.counted = 1;
    UPDATE comparisons c SET counted = c.counted - 1
    WHERE c.company_id = p_company_id AND c.subject = ANY (v_subjects);
END $$;

-- ids_of_number: what is to come for the number that rings, the next first; also what was cancelled
-- after p_cancelled_since. A number that was only said in the call that booked is nobody's: there it
-- is the number that rang.
CREATE OR REPLACE FUNCTION ids_of_number(
    p_company_id bigint, p_caller text, p_limit integer, p_cancelled_since timestamptz,
    p_now timestamptz) RETURNS bigint[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(
        SELECT id FROM (
            SELECT a.id, a.starts_at, a.status, a.cancelled_at FROM appointments a
            WHERE a.company_id = p_company_id AND a.customer_phone = p_caller
              AND a.starts_at > p_now
              AND NOT EXISTS (SELECT FROM said_numbers s
                              WHERE s.company_id = p_company_id AND s.appointment_id = a.id)
            UNION ALL
            SELECT a.id, a.starts_at, a.status, a.cancelled_at
            FROM said_numbers s JOIN appointments a
              ON a.company_id = s.company_id AND a.id = s.appointment_id
            WHERE s.company_id = p_company_id AND s.caller_phone = p_caller
              AND a.starts_at > p_now
        ) of_number
        WHERE status = 'booked' OR cancelled_at > p_cancelled_since
        ORDER BY starts_at, id LIMIT p_limit);
END $$;

-- standing_of_caller: what may be spoken of, the next first, of what stands for the number that rings
-- (p_ids) and what the call talks about (p_topic): what the call has given a second fact of, and what
-- overlaps one of p_spans while a name is said, as often as that may be compared. NULL for nothing.
CREATE OR REPLACE FUNCTION standing_of_caller(
    p_company_id bigint, p_call_id text, p_ids bigint[], p_topic text, p_spans tstzrange[],
    p_now timestamptz) RETURNS known_appointments[]
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_proven bigint[] := proven_in(p_topic);
    v_alike text[];
    v_counted text[] := '{}';
BEGIN
    IF p_ids = '{}' AND v_proven = '{}' THEN
        RETURN NULL;
    END IF;
    v_alike := ARRAY(
        SELECT 'appointment:' || a.id FROM appointments a
        WHERE a.company_id = p_company_id AND a.id = ANY (p_ids) AND a.id <> ALL (v_proven)
          AND EXISTS (SELECT FROM unnest(p_spans) s
                      WHERE s && tstzrange(a.starts_at, a.ends_at)));
    IF v_alike <> '{}' THEN
        -- Whether there was something to count must not be seen by how long the answer takes.
        PERFORM set_config('synchronous_commit', 'off', true);
        v_counted := count_comparisons(p_company_id, v_alike, 1, p_now);
    END IF;
    RETURN (
        SELECT array_agg(a ORDER BY a.starts_at, a.id) FROM known_appointments a
        WHERE a.company_id = p_company_id AND a.status = 'booked' AND a.starts_at > p_now
          AND a.call_id IS DISTINCT FROM p_call_id
          AND a.id = ANY (v_proven || ARRAY(
              SELECT split_part(c, ':', 2)::bigint FROM unnest(v_counted) c)));
END $$;

-- keep_proven: what the call talked about is done, but not that it has given a second fact of these.
CREATE OR REPLACE FUNCTION keep_proven(
    p_company_id bigint, p_call_id text, p_appointment_ids bigint[], p_now timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF p_call_id IS NOT NULL THEN
        PERFORM give_tries_back(p_company_id, p_call_id, p_appointment_ids);
        INSERT INTO call_topics AS t (company_id, call_id, topic, kept_at)
        VALUES (p_company_id, p_call_id, jsonb_build_object('proven', ARRAY(
            SELECT DISTINCT id FROM unnest(p_appointment_ids || proven_in(
                topic_of_call(p_company_id, p_call_id))) id)), p_now)
        ON CONFLICT (company_id, call_id)
        DO UPDATE SET topic = excluded.topic, kept_at = excluded.kept_at;
    END IF;
END $$;
