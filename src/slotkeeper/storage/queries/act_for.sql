-- act_for: see the rows of these companies ($1: company_ids) and of no other until the transaction
-- ends, and do what is done as the actor.
SELECT set_config('slotkeeper.companies', $1::bigint[]::text, true),
       set_config('slotkeeper.actor', $actor, true)
