-- lock_slug: one load of a slug at a time, also while its company does not exist yet and so has no
-- lock of its own. Two 32-bit keys are another space than the companies' 64-bit ones.
SELECT pg_advisory_xact_lock(x'534c4f54'::integer, hashtext($1))
