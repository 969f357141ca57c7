-- without_nested_loops: for this transaction, plan no nested loops. There are no statistics yet
-- for what was just loaded, and nested loops over it take seconds.
SELECT set_config('enable_nestloop', 'off', true)
