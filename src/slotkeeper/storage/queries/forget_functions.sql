-- forget_functions: delete the record of a version whose functions are dropped.
DELETE FROM public.slotkeeper_migrations WHERE kind = 'function' AND split_part(name, '/', 1) = $1;
