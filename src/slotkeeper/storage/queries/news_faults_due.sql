-- news_faults_due: lock what is to be told of what broke; waits for nobody.
SELECT f.id, f.company_id, c.slug AS company, f.kind, f.channel, f.happened_at
FROM faults f JOIN companies c ON c.id = f.company_id
WHERE f.company_id = $1 AND NOT f.announced
ORDER BY f.id LIMIT $2 FOR UPDATE OF f SKIP LOCKED
