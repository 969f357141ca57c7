-- read_ledger: read which migrations were applied, and which files made the schema of functions
-- $1: each file's name and the checksum of its text.
SELECT CASE kind WHEN 'function' THEN 'functions/' || split_part(name, '/', 2) ELSE name END
           AS name, checksum
FROM public.slotkeeper_migrations
WHERE kind = 'migration' OR split_part(name, '/', 1) = $1;
