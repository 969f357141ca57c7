-- read_company: read one version of the catalogue as the domain knows it, in one statement,
-- without what is no longer offered. Staff come by id, which grows in the order in which they were
-- loaded. MATERIALIZED, and an array instead of a join: there are no statistics for a catalogue
-- that was just loaded, and the planner would look up who does what anew for each service or
-- person.
WITH able AS MATERIALIZED (
    SELECT x.service_id, jsonb_agg(x.staff_id) AS staff_ids,
        jsonb_agg(jsonb_build_object(
            'staff_id', x.staff_id, 'durations_min', coalesce(x.durations_min, '{}'),
            'price_cents', x.price_cents) ORDER BY x.staff_id)
            FILTER (WHERE x.durations_min IS NOT NULL OR x.price_cents IS NOT NULL) AS terms
    FROM staff_services x
    WHERE x.company_id = $1 AND x.staff_id = ANY (
        ARRAY(SELECT m.id FROM staff m WHERE m.company_id = $1 AND m.active))
    GROUP BY x.service_id
), parts AS MATERIALIZED (
    SELECT p.service_id, jsonb_agg(jsonb_build_object(
        'number', p.segment_number, 'name', p.name, 'duration_min', p.duration_min,
        'gap_after_min', p.gap_after_min, 'gap_after_max_min', p.gap_after_max_min,
        'gap_name', p.gap_name, 'same_staff', p.same_staff, 'resource_calendar_ids', (
            SELECT coalesce(jsonb_agg(r.calendar_id ORDER BY r.calendar_id), '[]')
            FROM segment_resources r
            WHERE r.company_id = p.company_id AND r.segment_id = p.id),
        'needs', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'count', n.wanted, 'calendar_ids', n.calendar_ids) ORDER BY n.need_number), '[]')
            FROM (
                SELECT d.need_number, max(d.wanted) AS wanted,
                    jsonb_agg(d.calendar_id ORDER BY d.calendar_id) AS calendar_ids
                FROM segment_needs d
                WHERE d.company_id = p.company_id AND d.segment_id = p.id
                GROUP BY d.need_number
            ) n))
        ORDER BY p.segment_number) AS segments
    FROM service_segments p WHERE p.company_id = $1 GROUP BY p.service_id
)
SELECT jsonb_build_object(
    'id', c.id, 'slug', c.slug, 'name', c.name, 'timezone', c.timezone, 'locale', c.locale,
    'currency', c.currency, 'sandbox', c.sandbox, 'version', c.catalogue_version,
    'rules', to_jsonb(c),
    'branches', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'id', b.id, 'key', b.key, 'name', b.name, 'subdivision', b.subdivision)
            ORDER BY b.id), '[]')
        FROM branches b WHERE b.company_id = $1 AND b.active),
    'calendars', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'id', k.id, 'branch_id', k.branch_id, 'key', k.key, 'kind', k.kind, 'name', k.name)
            ORDER BY k.id), '[]')
        FROM calendars k WHERE k.company_id = $1 AND k.active),
    'staff', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'id', m.id, 'branch_id', m.branch_id, 'calendar_id', m.calendar_id, 'key', m.key,
            'name', m.name) ORDER BY m.id), '[]')
        FROM staff m WHERE m.company_id = $1 AND m.active),
    'services', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'id', s.id, 'key', s.key, 'name', s.name, 'segments', coalesce(g.segments, '[]'),
            'staff_ids', coalesce(a.staff_ids, '[]'), 'category', s.category,
            'price_cents', s.price_cents, 'gap_policy', s.gap_policy,
            'buffer_before_min', s.buffer_before_min, 'buffer_after_min', s.buffer_after_min,
            'min_notice_min', s.min_notice_min, 'horizon_days', s.horizon_days,
            'slot_step_min', s.slot_step_min, 'synonyms', s.synonyms,
            'staff_terms', coalesce(a.terms, '[]'), 'visit_order', s.visit_order,
            'add_on', s.add_on) ORDER BY s.id), '[]')
        FROM services s
        LEFT JOIN able a ON a.service_id = s.id
        LEFT JOIN parts g ON g.service_id = s.id
        WHERE s.company_id = $1 AND s.active),
    'hours', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'branch_id', h.branch_id, 'weekday', h.weekday, 'opens_local', h.opens_local,
            'closes_local', nullif(h.closes_local, '24:00'), 'staff_id', h.staff_id)
            ORDER BY h.branch_id, h.staff_id NULLS FIRST, h.weekday, h.opens_local), '[]')
        FROM opening_hours h
        JOIN branches b ON b.company_id = h.company_id AND b.id = h.branch_id AND b.active
        LEFT JOIN staff m ON m.company_id = h.company_id AND m.id = h.staff_id
        WHERE h.company_id = $1 AND (h.staff_id IS NULL OR m.active)),
    'closures', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'branch_id', d.branch_id, 'first_day', d.first_day, 'last_day', d.last_day,
            'reason', d.reason) ORDER BY d.first_day, d.id), '[]')
        FROM closures d WHERE d.company_id = $1),
    'combinations', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'service_ids', (
                SELECT jsonb_agg(y.service_id)
                FROM combination_services y
                WHERE y.company_id = o.company_id AND y.combination_id = o.id),
            'extra_min', o.extra_min, 'extra_cents', o.extra_cents, 'is_done', o.is_done)
            ORDER BY o.id), '[]')
        FROM combinations o WHERE o.company_id = $1),
    'rollout', (
        SELECT coalesce(jsonb_object_agg(o.name, o.value), '{}')
        FROM rollout_settings o WHERE o.company_id = $1))
FROM companies c WHERE c.id = $1
