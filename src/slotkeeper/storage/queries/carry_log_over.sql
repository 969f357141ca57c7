-- carry_log_over: after a restore into another cluster, move the whole log, of every company_id, to
-- before that cluster's first transaction. What was read stays read, what was not comes first. A
-- cursor that has read nothing stays where it is.
WITH shift AS (
    SELECT 1 + greatest(
        (SELECT max(greatest(made_xid, ended_xid)) FROM appointment_reservations),
        (SELECT max(xid) FROM outbox), (SELECT max(read_through) FROM outbox_cursors)) AS by
), reservations AS (
    UPDATE appointment_reservations r
    SET made_xid = r.made_xid - s.by, ended_xid = r.ended_xid - s.by
    FROM shift s WHERE r.made_xid IS NOT NULL OR r.ended_xid IS NOT NULL
), rows AS (
    UPDATE outbox o SET xid = o.xid - s.by FROM shift s WHERE o.xid IS NOT NULL
)
UPDATE outbox_cursors k SET read_through = k.read_through - s.by
FROM shift s WHERE k.read_through > -4611686018427387904
