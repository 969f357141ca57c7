-- forget_secret: end all that was made with the installation's secret, and the secret's fingerprint.
-- Run by the owner, while no server runs. Gives whose secrets of which platforms are lost.
WITH lost AS (DELETE FROM platform_secrets RETURNING company_id, platform),
     unknown AS (UPDATE calls SET caller_hash = NULL WHERE caller_hash IS NOT NULL),
     unseen AS (DELETE FROM new_callers),
     forgotten AS (DELETE FROM installation)
SELECT DISTINCT c.slug, l.platform
FROM lost l JOIN companies c ON c.id = l.company_id ORDER BY c.slug, l.platform
