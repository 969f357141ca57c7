-- write_combinations: insert combinations of services, which are named by their keys. Their ids grow
-- in the order of the file, by which the services find theirs.
WITH entry AS MATERIALIZED (
    SELECT e.n, e.fields FROM jsonb_array_elements($2) WITH ORDINALITY AS e (fields, n)
), made AS (
    INSERT INTO combinations (company_id, is_done, extra_min, extra_cents)
    SELECT $1, (e.fields->>'is_done')::boolean, (e.fields->>'extra_min')::integer,
        (e.fields->>'extra_cents')::integer
    FROM entry e ORDER BY e.n
    RETURNING id
), numbered AS (
    SELECT m.id, row_number() OVER (ORDER BY m.id) AS n FROM made m
)
INSERT INTO combination_services (company_id, combination_id, service_id)
SELECT $1, m.id, s.id
FROM entry e
JOIN numbered m ON m.n = e.n
CROSS JOIN LATERAL jsonb_array_elements_text(e.fields->'services') AS k (key)
JOIN services s ON s.company_id = $1 AND s.key = k.key
