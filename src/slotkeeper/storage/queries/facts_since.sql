-- facts_since: the newest of what became of reservations, and of what broke, in these companies since
-- $2, whoever has read it. No hold gets older than an hour, which bounds what is read by the index
-- on (company_id, reserved_at); step 2 is what no reservation tells of.
SELECT f.company_id, c.slug AS company, f.xid, f.id, f.kind, f.happened_at, f.payload,
       s.name AS service
FROM (
    SELECT f.company_id, f.xid, f.step, f.id, f.kind, f.happened_at, f.payload FROM core.facts f
    WHERE f.company_id = ANY ($1) AND f.step < 2
      AND f.began_at >= $2::timestamptz - interval '1 hour' AND f.happened_at >= $2
    UNION ALL
    SELECT o.company_id, o.xid, 2, o.id, o.kind, o.created_at, o.payload FROM outbox o
    WHERE o.company_id = ANY ($1) AND o.kind LIKE 'fault.%' AND o.created_at >= $2
    ORDER BY happened_at DESC, step DESC, id DESC LIMIT $3
) f
JOIN companies c ON c.id = f.company_id
LEFT JOIN services s ON s.company_id = f.company_id
                    AND s.id = (f.payload ->> 'service_id')::bigint
ORDER BY f.happened_at, f.step, f.id
