-- new_company_id: the transaction acts for the new company_id before it is inserted, or its policy
-- would refuse it.
SELECT n.company_id, set_config('slotkeeper.companies', ARRAY[n.company_id]::text, true)
FROM (SELECT nextval('companies_id_seq') AS company_id) n
