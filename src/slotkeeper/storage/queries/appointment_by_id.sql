-- appointment_by_id: an appointment of a company.
SELECT * FROM core.find_appointment(p_company_id => $1, p_appointment_id => $2)
