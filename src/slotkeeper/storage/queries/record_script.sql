-- record_script: applied once; the key refuses a second runner that got past the lock.
INSERT INTO public.slotkeeper_migrations (name, kind, checksum) VALUES ($1, $2, $3);
