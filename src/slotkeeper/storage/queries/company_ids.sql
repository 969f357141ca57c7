-- company_ids: all companies, from the one table that no policy hides.
SELECT company_id FROM directory WHERE kind = 'company' AND revoked_at IS NULL ORDER BY company_id
