-- write_combinations: insert combinations of services, which are named by their keys. Ids grow in the
-- order of the file, but which one a row gets is known only when it is there: so they are drawn
-- first.
WITH entry AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('combinations', 'id')) AS id, r.fields
    FROM (
        SELECT e.fields FROM jsonb_array_elements($2) WITH ORDINALITY AS e (fields, n) ORDER BY e.n
    ) r
), made AS (
    INSERT INTO combinations (company_id, id, is_done, extra_min, extra_cents)
    OVERRIDING SYSTEM VALUE
    SELECT $1, e.id, (e.fields->>'is_done')::boolean, (e.fields->>'extra_min')::integer,
        (e.fields->>'extra_cents')::integer
    FROM entry e
)
INSERT INTO combination_services (company_id, combination_id, service_id)
SELECT $1, e.id, s.id
FROM entry e
CROSS JOIN LATERAL jsonb_array_elements_text(e.fields->'services') AS k (key)
JOIN services s ON s.company_id = $1 AND s.key = k.key
