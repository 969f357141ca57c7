-- bump_catalogue: whoever keeps the catalogue in memory notices; $1 is the company_id.
UPDATE companies SET catalogue_version = catalogue_version + 1, updated_at = now() WHERE id = $1
