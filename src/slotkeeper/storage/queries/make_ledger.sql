-- make_ledger: make the table of what was applied. It belongs to no company, so it has no policy.
CREATE TABLE IF NOT EXISTS public.slotkeeper_migrations (
    name text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('migration', 'function')),
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
