-- catalogue_version: read the version by which a cached catalogue is judged.
SELECT core.catalogue_version_of(p_company_id => $1) AS version
