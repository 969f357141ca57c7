-- company_ids: list all companies, from the one table that has no policy.
SELECT company_id FROM directory WHERE kind = 'company' AND revoked_at IS NULL ORDER BY company_id
