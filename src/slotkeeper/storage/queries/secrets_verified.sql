-- secrets_verified: note with which secrets signatures were verified just now.
UPDATE platform_secrets s SET verified_at = now()
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS used (company_id, platform, fingerprint)
WHERE s.company_id = used.company_id AND s.platform = used.platform
  AND s.fingerprint = used.fingerprint
