-- What platforms sign with, sealed by a key that does not stand in the database. Servers of the
-- former release read clear text from signing_secrets, so it stays there until none of them runs
-- (next/); a secret is carried over, sealed, when its company is first looked up.
CREATE TABLE platform_secrets (
    company_id bigint NOT NULL CONSTRAINT platform_secrets_in_company REFERENCES companies,
    platform text NOT NULL CONSTRAINT platform_secrets_platform_well_formed
        CHECK (platform ~ '^[a-z]{1,40}$'),
    fingerprint text NOT NULL CONSTRAINT platform_secrets_fingerprint_well_formed
        CHECK (fingerprint ~ '^[0-9a-f]{16}$'),
    sealed bytea NOT NULL CONSTRAINT platform_secrets_sealed_bounded
        CHECK (length(sealed) BETWEEN 29 AND 2100),
    added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    verified_at timestamptz,
    CONSTRAINT platform_secrets_pkey PRIMARY KEY (company_id, platform, fingerprint)
);
ALTER TABLE platform_secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform_secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY acts_for_company ON platform_secrets TO slotkeeper_app USING (company_id = ANY ((
    SELECT nullif(current_setting('slotkeeper.companies', true), '')::bigint[])::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON platform_secrets TO slotkeeper_app;

COMMENT ON TABLE platform_secrets IS
    'The secrets that voice platforms sign with, sealed; all of a platform are valid until revoked';
COMMENT ON COLUMN platform_secrets.company_id IS 'The company';
COMMENT ON COLUMN platform_secrets.platform IS 'The platform, such as retell';
COMMENT ON COLUMN platform_secrets.fingerprint IS
    'Names the secret: made of it with a key of the installation, and leads back to nothing';
COMMENT ON COLUMN platform_secrets.sealed IS
    'The secret, encrypted with a key of the installation (AES-GCM): nonce, text and tag';
COMMENT ON COLUMN platform_secrets.added_at IS 'When it was stored last; the latest is the newest';
COMMENT ON COLUMN platform_secrets.verified_at IS
    'When a signature was last verified with it, to some minutes; NULL: never';

ALTER TABLE signing_secrets ADD COLUMN carried_over boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN signing_secrets.carried_over IS 'Whether platform_secrets has it, sealed';
COMMENT ON TABLE signing_secrets IS
    'The secrets that servers of the former release read, in clear; nothing is added to it';

-- What an API key may do and until when. A server of the former release takes every key that is not
-- revoked for one of the scope admin.
ALTER TABLE directory
    ADD COLUMN scopes text[] NOT NULL DEFAULT '{admin}',
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN last_used_at timestamptz;
ALTER TABLE directory
    ADD CONSTRAINT directory_scopes_known CHECK (cardinality(scopes) > 0
        AND scopes <@ '{read,agent,desk,import,metrics,admin}'::text[]) NOT VALID;
ALTER TABLE directory VALIDATE CONSTRAINT directory_scopes_known;
COMMENT ON COLUMN directory.scopes IS 'What an API key may do; nothing else looks at it';
COMMENT ON COLUMN directory.expires_at IS 'When an API key ends by itself; NULL: never';
COMMENT ON COLUMN directory.last_used_at IS
    'When an API key was accepted last, to some minutes; NULL: never';
