-- new_company_id: take the next company_id and act for it; without that, the policy would refuse
-- the insert.
SELECT n.company_id, set_config('slotkeeper.companies', ARRAY[n.company_id]::text, true)
FROM (SELECT nextval('companies_id_seq') AS company_id) n
