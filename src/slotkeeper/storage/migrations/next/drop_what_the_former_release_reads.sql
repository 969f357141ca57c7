-- Drop what only servers of the former release read or write. The runner leaves this folder alone:
-- a release moves the file into migrations/ under the next number once no such server runs.

ALTER TABLE appointments DROP COLUMN customer_id;
ALTER TABLE calls DROP COLUMN cohort;
ALTER TABLE companies DROP COLUMN created_at;
ALTER TABLE rollout_settings DROP COLUMN set_at;
ALTER TABLE signing_secrets DROP COLUMN created_at;
