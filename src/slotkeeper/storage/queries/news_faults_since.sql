-- news_faults_since: the newest of what broke in these companies since then.
SELECT f.id, f.company_id, c.slug AS company, f.kind, f.channel, f.happened_at
FROM faults f JOIN companies c ON c.id = f.company_id
WHERE f.company_id = ANY ($1) AND f.happened_at >= $2
ORDER BY f.happened_at DESC, f.id DESC LIMIT $3
