-- erase_person: take a person out of every row.
SELECT table_name, erased FROM core.erase_person(
    p_company_id => core.by($actor, $1::bigint),
    p_phone => $2, p_name => $3, p_email => $4, p_caller_hash => $5,
    p_now => $6)
