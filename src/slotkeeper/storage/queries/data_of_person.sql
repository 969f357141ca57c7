-- data_of_person: every row that is a person's.
SELECT table_name, kept::text AS kept FROM core.data_of_person(
    p_company_id => $1, p_phone => $2, p_name => $3, p_email => $4, p_caller_hash => $5)
