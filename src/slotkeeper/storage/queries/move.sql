-- move: put an appointment into another slot.
SELECT m.outcome, m.appointment, m.blocked_by, m.blocked_until
FROM core.move(p_company_id => core.by($actor, $1::bigint),
               p_appointment_id => $2, p_parts => $3, p_call_id => $4,
               p_claims => $5::core.claim[], p_catalogue_version => $6, p_now => $7) m
