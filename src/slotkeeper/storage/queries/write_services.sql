-- write_services: insert or update services, found by their keys; one that was there keeps its id.
INSERT INTO services (company_id, key, name, category, price_cents, gap_policy, buffer_before_min,
    buffer_after_min, min_notice_min, horizon_days, slot_step_min, visit_order, add_on, synonyms,
    active)
SELECT $1, s.key, s.name, s.category, s.price_cents, s.gap_policy, s.buffer_before_min,
    s.buffer_after_min, s.min_notice_min, s.horizon_days, s.slot_step_min, s.visit_order,
    coalesce(s.add_on, false), s.synonyms, s.active
FROM jsonb_array_elements($2) WITH ORDINALITY AS r (fields, n)
CROSS JOIN LATERAL jsonb_populate_record(NULL::services, r.fields) s
ORDER BY r.n
ON CONFLICT (company_id, key) DO UPDATE
SET name = excluded.name, category = excluded.category, price_cents = excluded.price_cents,
    gap_policy = excluded.gap_policy, buffer_before_min = excluded.buffer_before_min,
    buffer_after_min = excluded.buffer_after_min, min_notice_min = excluded.min_notice_min,
    horizon_days = excluded.horizon_days, slot_step_min = excluded.slot_step_min,
    visit_order = excluded.visit_order, add_on = excluded.add_on, synonyms = excluded.synonyms,
    active = excluded.active
