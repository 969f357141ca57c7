-- write_segments: insert the segments of services, found by the service's key, numbered in their
-- order.
INSERT INTO service_segments (company_id, service_id, segment_number, name, duration_min,
    gap_after_min, gap_after_max_min, gap_name, same_staff)
SELECT $1, s.id, r.n, p.name, p.duration_min, p.gap_after_min, p.gap_after_max_min, p.gap_name,
    p.same_staff
FROM jsonb_each($2) AS w (key, segments)
JOIN services s ON s.company_id = $1 AND s.key = w.key
CROSS JOIN LATERAL jsonb_array_elements(w.segments) WITH ORDINALITY AS r (fields, n)
CROSS JOIN LATERAL jsonb_populate_record(NULL::service_segments, r.fields) p
ORDER BY s.id, r.n
