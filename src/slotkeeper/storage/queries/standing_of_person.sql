-- standing_of_person: a person's appointments to come, by id.
SELECT core.standing_of_person(
    p_company_id => $1, p_phone => $2, p_name => $3, p_now => $4) AS appointment_ids
