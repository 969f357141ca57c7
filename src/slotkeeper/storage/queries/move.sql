-- move: an appointment to another slot.
SELECT * FROM move(p_company_id => $1, p_appointment_id => $2, p_claims => $3::claim[],
                   p_now => $4)
