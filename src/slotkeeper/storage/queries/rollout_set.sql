-- rollout_set: set one of a company's own settings; NULL removes it, and the server's applies.
WITH gone AS (
    DELETE FROM rollout_settings WHERE company_id = $1 AND name = $2 AND $3::jsonb IS NULL
)
INSERT INTO rollout_settings (company_id, name, value) SELECT $1, $2, $3::jsonb
WHERE $3::jsonb IS NOT NULL
ON CONFLICT (company_id, name) DO UPDATE SET value = excluded.value
