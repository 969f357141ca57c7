-- record_script: record that a file was applied; the primary key refuses a second runner that got
-- past the lock.
INSERT INTO public.slotkeeper_migrations (name, kind, checksum) VALUES ($1, $2, $3);
