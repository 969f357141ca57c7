-- cancel_appointment: cancel an appointment and free its calendars, unless it starts within the
-- notice; with parts, only these parts of it.
SELECT c.outcome, c.appointment
FROM core.cancel_appointment(p_company_id => core.by($actor, $1::bigint),
                             p_appointment_id => $2, p_parts => $3,
                             p_reason => $4, p_notice_min => $5, p_anyway => $6, p_now => $7) c
