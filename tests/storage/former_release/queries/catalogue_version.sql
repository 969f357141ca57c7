-- catalogue_version: whether what is cached is still true.
SELECT catalogue_version FROM companies WHERE id = $1 /* the company_id */
