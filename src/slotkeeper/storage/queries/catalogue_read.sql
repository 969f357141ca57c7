-- catalogue_read: a company with all that it offers, at one version, as one JSON document.
SELECT jsonb_build_object(
    'company', to_jsonb(c),
    'branches', coalesce((SELECT jsonb_agg(to_jsonb(b) ORDER BY b.id) FROM branches b
        WHERE b.company_id = c.id AND b.active), '[]'),
    'calendars', coalesce((SELECT jsonb_agg(to_jsonb(k) ORDER BY k.id) FROM calendars k
        WHERE k.company_id = c.id AND k.active), '[]'),
    'staff', coalesce((SELECT jsonb_agg(to_jsonb(s) ORDER BY s.calendar_id, s.key) FROM staff s
        WHERE s.company_id = c.id AND s.active), '[]'),
    'services', coalesce((SELECT jsonb_agg(to_jsonb(v) || jsonb_build_object(
            'segments', coalesce((SELECT jsonb_agg(to_jsonb(g) || jsonb_build_object(
                    'resources', coalesce((SELECT jsonb_agg(r.calendar_id ORDER BY r.calendar_id)
                        FROM segment_resources r
                        WHERE r.company_id = c.id AND r.segment_id = g.id), '[]'))
                ORDER BY g.segment_number) FROM service_segments g
                WHERE g.company_id = c.id AND g.service_id = v.id), '[]'),
            'staff_ids', coalesce((SELECT jsonb_agg(x.staff_id) FROM staff_services x
                WHERE x.company_id = c.id AND x.service_id = v.id), '[]')) ORDER BY v.id)
        FROM services v WHERE v.company_id = c.id AND v.active), '[]'),
    'hours', coalesce((SELECT jsonb_agg(to_jsonb(h) ORDER BY h.id) FROM opening_hours h
        WHERE h.company_id = c.id), '[]'),
    'closures', coalesce((SELECT jsonb_agg(to_jsonb(z) ORDER BY z.id) FROM closures z
        WHERE z.company_id = c.id), '[]')
) AS catalogue
FROM companies c WHERE c.id = $1 /* the company_id */
