-- How many requests come is counted in each process; what is near a limit they tell each other here.
-- It is no company's table: a bucket's name is a keyed hash, and rows live for seconds.
CREATE TABLE request_levels (
    process uuid NOT NULL,
    bucket bytea NOT NULL CONSTRAINT request_levels_bucket_well_formed
        CHECK (octet_length(bucket) = 16),
    used_s double precision NOT NULL,
    level_s double precision NOT NULL,
    told_at timestamptz NOT NULL,
    CONSTRAINT request_levels_pkey PRIMARY KEY (process, bucket)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON request_levels TO slotkeeper_app;

COMMENT ON TABLE request_levels IS 'What each process has counted of requests near a rate limit';
COMMENT ON COLUMN request_levels.process IS 'A server''s process, by the name it gave itself';
COMMENT ON COLUMN request_levels.bucket IS
    'Whose requests they are: a keyed hash of a company''s id with a key, a line or a number';
COMMENT ON COLUMN request_levels.used_s IS
    'All that the process has counted, in seconds: a request is a minute divided by the limit';
COMMENT ON COLUMN request_levels.level_s IS 'How much of it had not run out when it was told';
COMMENT ON COLUMN request_levels.told_at IS 'When the process told it last';

ALTER TABLE companies ADD COLUMN max_requests_per_min integer
    CONSTRAINT companies_max_requests_per_min_positive CHECK (max_requests_per_min > 0);
COMMENT ON COLUMN companies.max_requests_per_min IS
    'How many requests a minute the company may send; NULL for the server''s own limit';
