-- callback done: mark that somebody has called back, and write the fact; no row where it was done
-- already, or where nobody asked.
WITH done AS (
    UPDATE callbacks SET done_at = clock_timestamp()
    WHERE company_id = $1 AND id = $2 AND done_at IS NULL RETURNING id, done_at
), told AS (
    INSERT INTO outbox (company_id, kind, payload, created_at)
    SELECT $1, 'callback.done', jsonb_build_object('callback_id', id), done_at FROM done
)
SELECT id FROM done
