-- lock_slug: let one load of a slug run at a time, also while its company does not exist yet and
-- so has no lock of its own. Locks of two 32-bit keys never meet the companies' 64-bit ones.
SELECT pg_advisory_xact_lock(x'534c4f54'::integer, hashtext($1))
