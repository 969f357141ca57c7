-- catalogue_rows: read all that a company's file can change, by keys instead of ids, inactive rows
-- included, to compare a file with it. Keys are ordered by their bytes, as Python orders them.
SELECT jsonb_build_object(
    'company', (SELECT to_jsonb(c) FROM companies c WHERE c.id = $1),
    'branches', (
        SELECT coalesce(jsonb_object_agg(b.key, jsonb_build_object(
            'name', b.name, 'subdivision', b.subdivision, 'active', b.active)), '{}')
        FROM branches b WHERE b.company_id = $1),
    'calendars', (
        SELECT coalesce(jsonb_object_agg(k.key, jsonb_build_object(
            'branch', b.key, 'kind', k.kind, 'name', k.name, 'active', k.active)), '{}')
        FROM calendars k JOIN branches b ON b.company_id = k.company_id AND b.id = k.branch_id
        WHERE k.company_id = $1),
    'staff', (
        SELECT coalesce(jsonb_object_agg(m.key, jsonb_build_object(
            'branch', b.key, 'calendar', k.key, 'name', m.name, 'position', m.position,
            'active', m.active)), '{}')
        FROM staff m
        JOIN branches b ON b.company_id = m.company_id AND b.id = m.branch_id
        JOIN calendars k ON k.company_id = m.company_id AND k.id = m.calendar_id
        WHERE m.company_id = $1),
    'services', (
        SELECT coalesce(jsonb_object_agg(s.key, jsonb_build_object(
            'name', s.name, 'category', s.category, 'price_cents', s.price_cents,
            'gap_policy', s.gap_policy, 'buffer_before_min', s.buffer_before_min,
            'buffer_after_min', s.buffer_after_min, 'min_notice_min', s.min_notice_min,
            'horizon_days', s.horizon_days, 'slot_step_min', s.slot_step_min,
            'visit_order', s.visit_order, 'add_on', s.add_on, 'synonyms', s.synonyms, 'active', s.active)), '{}')
        FROM services s WHERE s.company_id = $1),
    'segments', (
        SELECT coalesce(jsonb_object_agg(g.key, g.segments), '{}')
        FROM (
            SELECT s.key, jsonb_agg(jsonb_build_object(
                'name', p.name, 'duration_min', p.duration_min,
                'gap_after_min', p.gap_after_min, 'gap_after_max_min', p.gap_after_max_min,
                'gap_name', p.gap_name, 'same_staff', p.same_staff, 'resources', (
                    SELECT coalesce(jsonb_agg(k.key ORDER BY k.key COLLATE "C"), '[]')
                    FROM segment_resources r
                    JOIN calendars k ON k.company_id = r.company_id AND k.id = r.calendar_id
                    WHERE r.company_id = p.company_id AND r.segment_id = p.id),
                'needs', (
                    SELECT coalesce(jsonb_agg(jsonb_build_object('count', n.wanted, 'of', n.keys)
                        ORDER BY n.need_number), '[]')
                    FROM (
                        SELECT d.need_number, max(d.wanted) AS wanted,
                            jsonb_agg(k.key ORDER BY k.key COLLATE "C") AS keys
                        FROM segment_needs d
                        JOIN calendars k ON k.company_id = d.company_id AND k.id = d.calendar_id
                        WHERE d.company_id = p.company_id AND d.segment_id = p.id
                        GROUP BY d.need_number
                    ) n))
                ORDER BY p.segment_number) AS segments
            FROM service_segments p
            JOIN services s ON s.company_id = p.company_id AND s.id = p.service_id
            WHERE p.company_id = $1 GROUP BY s.key
        ) g),
    'abilities', (
        SELECT coalesce(jsonb_object_agg(a.key, a.services), '{}')
        FROM (
            SELECT m.key, jsonb_agg(s.key) AS services
            FROM staff_services x
            JOIN staff m ON m.company_id = x.company_id AND m.id = x.staff_id
            JOIN services s ON s.company_id = x.company_id AND s.id = x.service_id
            WHERE x.company_id = $1 GROUP BY m.key
        ) a),
    'terms', (
        SELECT coalesce(jsonb_object_agg(t.key, t.services), '{}')
        FROM (
            SELECT m.key, jsonb_object_agg(s.key, jsonb_build_object(
                'durations_min', x.durations_min, 'price_cents', x.price_cents)) AS services
            FROM staff_services x
            JOIN staff m ON m.company_id = x.company_id AND m.id = x.staff_id
            JOIN services s ON s.company_id = x.company_id AND s.id = x.service_id
            WHERE x.company_id = $1
              AND (x.durations_min IS NOT NULL OR x.price_cents IS NOT NULL)
            GROUP BY m.key
        ) t),
    'combinations', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'services', (
                SELECT jsonb_agg(s.key ORDER BY s.key COLLATE "C")
                FROM combination_services y
                JOIN services s ON s.company_id = y.company_id AND s.id = y.service_id
                WHERE y.company_id = o.company_id AND y.combination_id = o.id),
            'is_done', o.is_done, 'extra_min', o.extra_min, 'extra_cents', o.extra_cents)
            ORDER BY o.id), '[]')
        FROM combinations o WHERE o.company_id = $1),
    'hours', (
        SELECT coalesce(jsonb_object_agg(w.owner, w.stretches), '{}')
        FROM (
            SELECT coalesce('staff ' || m.key, 'branch ' || b.key) AS owner,
                jsonb_agg(jsonb_build_array(
                    h.weekday, to_char(h.opens_local, 'HH24:MI'), to_char(h.closes_local, 'HH24:MI'))
                    ORDER BY h.weekday, h.opens_local) AS stretches
            FROM opening_hours h
            JOIN branches b ON b.company_id = h.company_id AND b.id = h.branch_id
            LEFT JOIN staff m ON m.company_id = h.company_id AND m.id = h.staff_id
            WHERE h.company_id = $1 GROUP BY 1
        ) w),
    'closures', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'first_day', d.first_day, 'last_day', d.last_day, 'branch', b.key,
            'reason', d.reason)), '[]')
        FROM closures d
        LEFT JOIN branches b ON b.company_id = d.company_id AND b.id = d.branch_id
        WHERE d.company_id = $1))
