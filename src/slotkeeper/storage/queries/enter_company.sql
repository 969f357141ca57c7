-- enter_company: take the company's lock, so that the core's functions see the catalogue before or
-- after a load. From here on the transaction acts for this company_id.
SELECT catalogue_version FROM core.enter($1)
