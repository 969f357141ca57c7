-- catalogue_version: whether what is cached is still true.
SELECT core.catalogue_version_of(p_company_id => $1) AS version
