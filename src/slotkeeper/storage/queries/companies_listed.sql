-- companies_listed: read a line about each company_id that the transaction acts for.
SELECT c.id, c.slug, c.name, c.timezone, c.sandbox, c.catalogue_version AS version,
    (SELECT count(*) FROM branches b WHERE b.company_id = c.id AND b.active) AS branches,
    (SELECT count(*) FROM staff m WHERE m.company_id = c.id AND m.active) AS staff,
    (SELECT count(*) FROM services s WHERE s.company_id = c.id AND s.active) AS services
FROM companies c WHERE c.id = ANY ($1) ORDER BY c.id
