-- The installation's secret never stands in the database; its fingerprint does, so that a process
-- with another secret refuses to start instead of finding everything altered.
CREATE TABLE installation (
    is_the_one boolean NOT NULL DEFAULT true CONSTRAINT installation_is_the_one CHECK (is_the_one),
    secret_fingerprint text NOT NULL CONSTRAINT installation_fingerprint_well_formed
        CHECK (secret_fingerprint ~ '^[0-9a-f]{16}$'),
    since timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT installation_pkey PRIMARY KEY (is_the_one)
);
-- Nobody changes it but the owner: another secret would make all that is encrypted unreadable.
GRANT SELECT, INSERT ON installation TO slotkeeper_app;

COMMENT ON TABLE installation IS 'The one row about the installation as a whole';
COMMENT ON COLUMN installation.is_the_one IS 'True: there is one row';
COMMENT ON COLUMN installation.secret_fingerprint IS
    'Tells the secret that every process must have from any other, and leads back to none';
COMMENT ON COLUMN installation.since IS 'When the first process registered it';
