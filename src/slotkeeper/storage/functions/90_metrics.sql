-- reservation_metrics: count, per company, the reservations that were made in a window (half-open;
-- NULL is unbounded) by their status. p_company_ids NULL is all companies. Counters count
-- reservations, a compound or a visit once, and its services apart. Rates count offers, without the offers of which every option was
-- replaced or not chosen. A hold that is past its expiry at p_now counts as expired though no worker
-- has expired it yet; where p_now is NULL, a sandbox's holds count by their status alone.
-- Runs as the overseer, who may read no column that holds data of a person.
CREATE OR REPLACE FUNCTION reservation_metrics(
    p_company_ids bigint[], p_from timestamptz, p_to timestamptz, p_now timestamptz)
RETURNS TABLE (
    company_id bigint, created bigint, created_compound bigint, services_created bigint,
    converted bigint, converted_compound bigint, services_converted bigint, expired bigint, cancelled bigint, active bigint, offers bigint,
    offers_converted bigint, offers_expired bigint, offers_cancelled bigint, offers_active bigint,
    late_conversions bigint, released_at_hangup bigint, cancelled_by_reason jsonb,
    time_to_conversion double precision[], lifetime double precision[], unbooked_s numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH made AS (
        SELECT r.company_id, r.offer_id, r.is_compound, r.total_parts, r.origin, r.reserved_at, r.end_reason,
               CASE WHEN d.dead THEN 'expired' ELSE r.status END AS status,
               CASE WHEN d.dead THEN r.expires_at ELSE r.ended_at END AS over_at
        FROM appointment_reservations r JOIN companies c ON c.id = r.company_id,
        LATERAL (SELECT r.status = 'active' AND r.expires_at <= CASE
            WHEN p_now IS NOT NULL THEN p_now
            WHEN NOT c.sandbox THEN statement_timestamp() END AS dead) d
        WHERE r.segment_number = 1 AND r.staff_id IS NOT NULL AND r.origin <> 'move'
          AND (p_company_ids IS NULL OR r.company_id = ANY (p_company_ids))
          AND r.reserved_at >= coalesce(p_from, '-infinity')
          AND r.reserved_at < coalesce(p_to, 'infinity')
    ), offer AS (
        SELECT m.company_id, bool_or(m.status = 'converted') AS converted,
               bool_or(m.status = 'active') AS active, bool_or(m.status = 'expired') AS expired
        FROM made m WHERE coalesce(m.end_reason, '') NOT IN ('not_chosen', 'superseded', 'taken_over')
        GROUP BY m.company_id, m.offer_id
    ), per_offer AS (
        SELECT o.company_id, count(*) AS offers,
               count(*) FILTER (WHERE converted) AS converted,
               count(*) FILTER (WHERE active AND NOT converted) AS active,
               count(*) FILTER (WHERE expired AND NOT active AND NOT converted) AS expired,
               count(*) FILTER (WHERE NOT (expired OR active OR converted)) AS cancelled
        FROM offer o GROUP BY o.company_id
    ), reason AS MATERIALIZED (
        SELECT x.company_id, jsonb_object_agg(x.end_reason, x.n) AS reasons
        FROM (SELECT m.company_id, m.end_reason, count(*) AS n FROM made m
              WHERE m.status = 'cancelled' GROUP BY m.company_id, m.end_reason) x
        GROUP BY x.company_id
    ), unbooked AS MATERIALIZED (
        SELECT r.company_id, sum(extract(epoch FROM r.end_time - r.start_time)) AS seconds
        FROM appointment_reservations r JOIN companies c ON c.id = r.company_id
        WHERE r.staff_id IS NOT NULL AND (r.status IN ('expired', 'cancelled')
              OR (r.status = 'active' AND r.expires_at <= CASE
                  WHEN p_now IS NOT NULL THEN p_now
                  WHEN NOT c.sandbox THEN statement_timestamp() END))
          AND (p_company_ids IS NULL OR r.company_id = ANY (p_company_ids))
          AND r.reserved_at >= coalesce(p_from, '-infinity')
          AND r.reserved_at < coalesce(p_to, 'infinity')
        GROUP BY r.company_id
    )
    SELECT m.company_id, count(*), count(*) FILTER (WHERE is_compound),
           sum(total_parts),
           count(*) FILTER (WHERE status = 'converted'),
           count(*) FILTER (WHERE status = 'converted' AND is_compound),
           coalesce(sum(total_parts) FILTER (WHERE status = 'converted'), 0),
           count(*) FILTER (WHERE status = 'expired'),
           count(*) FILTER (WHERE status = 'cancelled'),
           count(*) FILTER (WHERE status = 'active'),
           coalesce(min(o.offers), 0), coalesce(min(o.converted), 0), coalesce(min(o.expired), 0),
           coalesce(min(o.cancelled), 0), coalesce(min(o.active), 0),
           count(*) FILTER (WHERE origin = 'again'),
           count(*) FILTER (WHERE end_reason = 'call_ended'),
           coalesce((SELECT x.reasons FROM reason x WHERE x.company_id = m.company_id), '{}'),
           duration_histogram(array_agg(extract(epoch FROM over_at - reserved_at))
               FILTER (WHERE status = 'converted' AND origin = 'reserve')),
           duration_histogram(array_agg(extract(epoch FROM over_at - reserved_at))
               FILTER (WHERE status <> 'active' AND origin = 'reserve')),
           coalesce((SELECT u.seconds FROM unbooked u WHERE u.company_id = m.company_id), 0)
    FROM made m LEFT JOIN per_offer o ON o.company_id = m.company_id
    GROUP BY m.company_id;
END $$;

-- duration_histogram: summarise seconds as [count, sum, median, 95th percentile, and for each bucket
-- the number of those that are at most 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600 and 900 s].
CREATE OR REPLACE FUNCTION duration_histogram(p_seconds numeric[]) RETURNS double precision[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY[count(*), coalesce(sum(s), 0),
                 coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY s), 0),
                 coalesce(percentile_cont(0.95) WITHIN GROUP (ORDER BY s), 0)]::double precision[]
        || ARRAY(SELECT (SELECT count(*) FROM unnest(p_seconds) t WHERE t <= b)
                 FROM unnest(ARRAY[5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900])
                      WITH ORDINALITY AS bound (b, n) ORDER BY n)::double precision[]
    FROM unnest(p_seconds) s
$$;

-- named_free_before: when earlier answers of a call named a start as free, for this service and,
-- where one person alone is wished, with her. Plain SQL, so that PostgreSQL puts it into the
-- statement that uses it.
CREATE OR REPLACE FUNCTION named_free_before(
    p_company_id bigint, p_call_id text, p_answered_at timestamptz, p_service_id bigint,
    p_start timestamptz, p_staff_id uuid)
RETURNS TABLE (answered_at timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT b.answered_at FROM tool_calls b
    WHERE b.company_id = p_company_id AND b.call_id = p_call_id AND b.answered_at < p_answered_at
      AND b.service_id IS NOT DISTINCT FROM p_service_id AND EXISTS (
          SELECT FROM unnest(b.told_free, b.told_free_staff) AS named (start, staff_id)
          WHERE named.start = p_start AND (p_staff_id IS NULL OR named.staff_id = p_staff_id))
$$;

-- answer_metrics: count, per company, the refusals of a window and its faults. Every company has a
-- row.
CREATE OR REPLACE FUNCTION answer_metrics(
    p_company_ids bigint[], p_from timestamptz, p_to timestamptz)
RETURNS TABLE (company_id bigint, slug text, collisions_prevented bigint,
               told_free_then_refused bigint, errors jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH answered AS (
        SELECT t.company_id, t.call_id, t.answered_at, t.refused_start, t.reason, t.service_id,
               t.refused_staff_id
        FROM tool_calls t
        WHERE t.refused_start IS NOT NULL
          AND (p_company_ids IS NULL OR t.company_id = ANY (p_company_ids))
          AND t.answered_at >= coalesce(p_from, '-infinity')
          AND t.answered_at < coalesce(p_to, 'infinity')
    ), prevented AS (
        SELECT a.company_id, count(DISTINCT (a.call_id, a.refused_start)) AS n
        FROM answered a WHERE a.reason = 'held' GROUP BY a.company_id
    ), refused AS (
        SELECT a.company_id, count(DISTINCT (a.call_id, a.refused_start)) AS n
        FROM answered a
        WHERE a.reason IN ('held', 'taken') AND EXISTS (
            SELECT FROM named_free_before(a.company_id, a.call_id, a.answered_at, a.service_id,
                                          a.refused_start, a.refused_staff_id))
        GROUP BY a.company_id
    ), broken AS (
        SELECT x.company_id, jsonb_object_agg(x.code, x.n) AS kinds
        FROM (SELECT o.company_id, substr(o.kind, length('fault.') + 1) AS code, count(*) AS n
              FROM outbox o
              WHERE o.kind LIKE 'fault.%'
                AND (p_company_ids IS NULL OR o.company_id = ANY (p_company_ids))
                AND o.created_at >= coalesce(p_from, '-infinity')
                AND o.created_at < coalesce(p_to, 'infinity')
              GROUP BY o.company_id, o.kind) x
        GROUP BY x.company_id
    )
    SELECT c.id, c.slug, coalesce(p.n, 0), coalesce(r.n, 0), coalesce(b.kinds, '{}')
    FROM companies c
    LEFT JOIN prevented p ON p.company_id = c.id
    LEFT JOIN refused r ON r.company_id = c.id
    LEFT JOIN broken b ON b.company_id = c.id
    WHERE p_company_ids IS NULL OR c.id = ANY (p_company_ids);
END $$;
