-- make_ledger: what was applied. No policy: it belongs to no company.
CREATE TABLE IF NOT EXISTS public.slotkeeper_migrations (
    name text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('migration', 'function')),
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
