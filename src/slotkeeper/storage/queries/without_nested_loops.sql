-- without_nested_loops: for this transaction. Of what was just loaded there are no statistics yet,
-- and joins that read one table anew for each row of the other take seconds.
SELECT set_config('enable_nestloop', 'off', true)
