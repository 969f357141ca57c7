-- write_segment_resources: insert the rooms and devices of segments that were just written.
INSERT INTO segment_resources (company_id, segment_id, calendar_id)
SELECT $1, p.id, k.id
FROM jsonb_each($2) AS w (key, segments)
JOIN services s ON s.company_id = $1 AND s.key = w.key
CROSS JOIN LATERAL jsonb_array_elements(w.segments) WITH ORDINALITY AS r (fields, n)
JOIN service_segments p ON p.company_id = $1 AND p.service_id = s.id AND p.segment_number = r.n
CROSS JOIN LATERAL jsonb_array_elements_text(r.fields->'resources') AS c (key)
JOIN calendars k ON k.company_id = $1 AND k.key = c.key
