-- appointment_by_id: read one appointment; no row where the company has no such.
SELECT * FROM core.find_appointment(p_company_id => $1, p_appointment_id => $2)
