-- An appointment of a company.
SELECT a.* FROM appointments a WHERE a.company_id = $1 AND a.id = $2
