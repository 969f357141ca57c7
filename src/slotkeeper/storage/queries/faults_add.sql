-- faults_add: what broke.
INSERT INTO faults (company_id, kind, channel, happened_at)
SELECT $1, t.* FROM unnest($2::text[], $3::text[], $4::timestamptz[]) t
