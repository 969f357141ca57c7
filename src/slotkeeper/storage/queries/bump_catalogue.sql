-- bump_catalogue: raise the version, so that every process notices that its catalogue is old; $1
-- is the company_id.
UPDATE companies SET catalogue_version = catalogue_version + 1, updated_at = now() WHERE id = $1
