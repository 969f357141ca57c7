-- cancel_appointment: cancel an appointment and free its calendars, unless it starts within the
-- notice.
SELECT c.outcome, core.known(c.appointment) AS appointment
FROM core.cancel_appointment(p_company_id => $1, p_appointment_id => $2, p_reason => $3,
                             p_notice_min => $4, p_now => $5) c
