-- exchange_levels: keep what a process has counted in each of its buckets, and return what the other
-- processes have told within the last three seconds, each level as full as it is by now. A process
-- that is gone tells nothing any more; its rows go with the next call of any other.
CREATE OR REPLACE FUNCTION exchange_levels(
    p_process uuid, p_buckets bytea[], p_used_s float8[], p_level_s float8[])
RETURNS TABLE (process uuid, bucket bytea, used_s float8, level_s float8)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
BEGIN
    -- step: drop what is old; what another process drops at this moment is left to it
    DELETE FROM request_levels l USING (
        SELECT o.process, o.bucket FROM request_levels o
        WHERE o.told_at < v_now - interval '10 seconds' FOR UPDATE SKIP LOCKED) old
    WHERE l.process = old.process AND l.bucket = old.bucket;
    -- step: tell
    INSERT INTO request_levels AS l (process, bucket, used_s, level_s, told_at)
    SELECT p_process, t.bucket, t.used_s, t.level_s, v_now
    FROM unnest(p_buckets, p_used_s, p_level_s) AS t (bucket, used_s, level_s)
    ON CONFLICT ON CONSTRAINT request_levels_pkey DO UPDATE
    SET used_s = excluded.used_s, level_s = excluded.level_s, told_at = excluded.told_at;
    -- step: hear
    RETURN QUERY
    SELECT o.process, o.bucket, o.used_s,
        greatest(o.level_s - extract(epoch FROM v_now - o.told_at)::float8, 0)
    FROM request_levels o
    WHERE o.process <> p_process AND o.told_at > v_now - interval '3 seconds';
END $$;
