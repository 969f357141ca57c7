-- move: put an appointment into another slot.
SELECT m.outcome, core.known(m.appointment) AS appointment, m.blocked_by, m.blocked_until
FROM core.move(p_company_id => $1, p_appointment_id => $2, p_call_id => $3,
               p_claims => $4::core.claim[], p_now => $5) m
