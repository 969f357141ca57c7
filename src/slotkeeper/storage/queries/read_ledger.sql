-- read_ledger: what of a kind was applied, and as which text.
SELECT name, checksum FROM public.slotkeeper_migrations WHERE kind = $1;
