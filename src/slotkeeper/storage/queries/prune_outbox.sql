-- prune_outbox: drop a batch of what is old, over all companies; each row by its company_id.
SELECT core.prune_outbox(p_keep_days => $1, p_limit => $2) AS gone
