-- Conversations, and what must be found or told around them.

-- A call and whether it has ended: what makes identity, caps and hang-up atomic.
CREATE TABLE calls (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    call_id text NOT NULL CHECK (length(call_id) BETWEEN 1 AND 100),
    channel text NOT NULL CHECK (length(channel) <= 40),
    cohort text,
    -- SHA-256 of the caller's number, or of the line called where it is withheld; for caps alone.
    caller_hash bytea CHECK (length(caller_hash) = 32),
    withheld boolean NOT NULL DEFAULT false,
    holds_made integer NOT NULL DEFAULT 0,
    first_seen_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, call_id)
);

-- too_many_holds: what other calls of the same caller have held within the hour.
CREATE INDEX calls_caller ON calls (company_id, caller_hash, first_seen_at)
    WHERE caller_hash IS NOT NULL;

CREATE TABLE tool_calls (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    call_id text NOT NULL,
    tool text NOT NULL,
    arguments jsonb NOT NULL,
    status text NOT NULL,
    answered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (company_id, id)
);

CREATE TABLE idempotency_keys (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    key_hash bytea NOT NULL,
    payload_hash bytea NOT NULL,
    answer jsonb,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, key_hash)
);

CREATE TABLE callbacks (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    call_id text,
    customer_name text CHECK (length(customer_name) <= 200),
    customer_phone text CHECK (length(customer_phone) <= 50),
    reason text CHECK (length(reason) <= 1000),
    requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    done_at timestamptz,
    PRIMARY KEY (company_id, id)
);

CREATE TABLE rollout_settings (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    value jsonb NOT NULL,
    set_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, name)
);

-- What must be told to others, at least once; written by the transaction that made it true.
-- Payloads carry ids, never names or numbers.
CREATE TABLE outbox (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL CHECK (kind ~ '^[a-z_]+\.[a-z_]+$'),
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    delivered_at timestamptz,
    PRIMARY KEY (company_id, id)
);

CREATE TABLE audit_log (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    happened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (company_id, id)
);

-- The secrets that voice platforms sign with. They must be read back to verify a signature, so
-- they cannot be hashed. Several may be valid at once, for rotation.
CREATE TABLE signing_secrets (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    platform text NOT NULL CHECK (platform ~ '^[a-z]+$'),
    secret text NOT NULL CHECK (length(secret) BETWEEN 8 AND 500),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, platform, secret)
);

-- What must be found before the company is known. Only hashes; no personal data, no policy.
CREATE TABLE directory (
    kind text NOT NULL CHECK (kind IN ('company', 'api_key', 'line')),
    key_hash bytea NOT NULL CHECK (length(key_hash) = 32), -- SHA-256
    company_id bigint NOT NULL REFERENCES companies,
    -- An API key's first characters, so that its owner can tell it from others; else empty.
    prefix text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    PRIMARY KEY (kind, key_hash)
);
