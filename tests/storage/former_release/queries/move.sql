-- move: an appointment to another slot.
SELECT * FROM move(p_company_id => $1, p_appointment_id => $2, p_call_id => $3,
                   p_claims => $4::claim[], p_now => $5)
