-- write_segment_needs: insert what segments that were just written need beside their resources.
INSERT INTO segment_needs (company_id, segment_id, need_number, calendar_id, wanted)
SELECT $1, p.id, d.n, k.id, (d.need->>'count')::smallint
FROM jsonb_each($2) AS w (key, segments)
JOIN services s ON s.company_id = $1 AND s.key = w.key
CROSS JOIN LATERAL jsonb_array_elements(w.segments) WITH ORDINALITY AS r (fields, n)
JOIN service_segments p ON p.company_id = $1 AND p.service_id = s.id AND p.segment_number = r.n
CROSS JOIN LATERAL jsonb_array_elements(r.fields->'needs') WITH ORDINALITY AS d (need, n)
CROSS JOIN LATERAL jsonb_array_elements_text(d.need->'of') AS c (key)
JOIN calendars k ON k.company_id = $1 AND k.key = c.key
