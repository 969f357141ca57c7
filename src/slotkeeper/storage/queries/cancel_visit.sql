-- cancel_visit: cancel the appointments of a visit, all or none.
SELECT c.outcome, c.appointments
FROM core.cancel_visit(p_company_id => core.by($actor, $1::bigint),
                       p_appointment_ids => $2, p_reason => $3,
                       p_notice_min => $4, p_anyway => $5, p_now => $6) c
