-- company_by_id: read whether there is a company of this company_id; the transaction acts for it.
SELECT id AS company_id FROM companies WHERE id = $1
