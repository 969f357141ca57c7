-- company_snapshot: read all rows of a company's catalogue, by table.
SELECT jsonb_build_object(
    'companies', (
        SELECT coalesce(jsonb_agg(t), '[]') FROM companies t WHERE t.id = $1),
    'branches', (
        SELECT coalesce(jsonb_agg(t), '[]') FROM branches t WHERE t.company_id = $1),
    'calendars', (
        SELECT coalesce(jsonb_agg(t), '[]') FROM calendars t WHERE t.company_id = $1),
    'staff', (
        SELECT coalesce(jsonb_agg(t), '[]') FROM staff t WHERE t.company_id = $1),
    'services', (
        SELECT coalesce(jsonb_agg(t), '[]') FROM services t WHERE t.company_id = $1),
    'service_segments', (
        SELECT coalesce(jsonb_agg(t), '[]') FROM service_segments t WHERE t.company_id = $1),
    'segment_resources', (
        SELECT coalesce(jsonb_agg(t), '[]') FROM segment_resources t WHERE t.company_id = $1),
    'staff_services', (
        SELECT coalesce(jsonb_agg(t), '[]') FROM staff_services t WHERE t.company_id = $1),
    'segment_needs', (
        SELECT coalesce(jsonb_agg(t), '[]') FROM segment_needs t WHERE t.company_id = $1),
    'combinations', (
        SELECT coalesce(jsonb_agg(t), '[]') FROM combinations t WHERE t.company_id = $1),
    'combination_services', (
        SELECT coalesce(jsonb_agg(t), '[]') FROM combination_services t WHERE t.company_id = $1),
    'opening_hours', (
        SELECT coalesce(jsonb_agg(t), '[]') FROM opening_hours t WHERE t.company_id = $1),
    'closures', (
        SELECT coalesce(jsonb_agg(t), '[]') FROM closures t WHERE t.company_id = $1))
