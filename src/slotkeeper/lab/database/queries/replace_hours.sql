-- replace_hours: give every branch other opening hours, and delete those of single persons. The
-- sequence of a copied company does not know which ids are taken, so they are counted on here.
WITH former AS (
    DELETE FROM opening_hours WHERE company_id = $1 RETURNING id
)
INSERT INTO opening_hours (company_id, id, branch_id, weekday, opens_local, closes_local)
OVERRIDING SYSTEM VALUE
SELECT $1, coalesce((SELECT max(id) FROM former), 0) + row_number() OVER (),
       b.id, h.weekday, h.opens_local, h.closes_local::time
FROM branches b, unnest($2::smallint[], $3::time[], $4::text[])
     AS h (weekday, opens_local, closes_local)
WHERE b.company_id = $1
