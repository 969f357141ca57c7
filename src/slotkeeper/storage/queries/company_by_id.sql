-- company_by_id: whether there is one; the transaction acts for this company_id.
SELECT id AS company_id FROM companies WHERE id = $1
