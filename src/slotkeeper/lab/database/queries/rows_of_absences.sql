-- rows_of_absences: read every absence that there has been, as its facts tell: whose calendar, when,
-- and from which transaction until before which (NULL: it still stands) it was known.
SELECT (a.payload ->> 'calendar_id')::bigint AS calendar_id,
       (a.payload ->> 'from')::timestamptz AS starts_at, (a.payload ->> 'to')::timestamptz AS ends_at,
       a.xid AS known_from, r.xid AS known_until
FROM outbox a
LEFT JOIN outbox r ON r.company_id = a.company_id AND r.kind = 'absence.removed'
                  AND r.payload ->> 'absence_id' = a.payload ->> 'absence_id'
WHERE a.company_id = $1 AND a.kind = 'absence.added'
