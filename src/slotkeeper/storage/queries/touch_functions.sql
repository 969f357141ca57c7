-- touch_functions: note that a migration asks for this version; returns whether its functions
-- stand already.
WITH touched AS (
    UPDATE public.slotkeeper_migrations SET applied_at = clock_timestamp()
    WHERE kind = 'function' AND split_part(name, '/', 1) = $1 RETURNING name
)
SELECT EXISTS (SELECT FROM touched) AND to_regnamespace($1) IS NOT NULL;
