-- cancel_appointment: free its calendars at once.
SELECT * FROM cancel_appointment(p_company_id => $1, p_appointment_id => $2, p_reason => $3,
                                 p_now => $4)
