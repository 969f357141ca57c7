-- history: who did what at a company, the newest first; ids alone.
SELECT o.created_at, o.kind, o.actor, o.payload FROM outbox o
WHERE o.company_id = $1 ORDER BY o.id DESC LIMIT $2
