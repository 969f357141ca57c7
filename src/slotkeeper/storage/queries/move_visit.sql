-- move_visit: put the appointments of a visit into other slots, all or none.
SELECT m.outcome, m.appointments, m.blocked_by, m.blocked_until
FROM core.move_visit(p_company_id => core.by($actor, $1::bigint),
                     p_appointment_ids => $2, p_call_id => $3,
                     p_claims => $4::core.claim[], p_catalogue_version => $5, p_now => $6) m
