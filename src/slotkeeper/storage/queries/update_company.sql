-- update_company: write what a file says of the company itself; $1 is its company_id.
SELECT core.update_company(p_company_id => $1, p_columns => $2)
