-- claim_key: a request under an idempotency key wants to begin. A key belongs to its request for a
-- day from the last time it was claimed, and one request at a time is under way under it. One that
-- was refused or broke may be tried again at once; one of which nothing has been heard for longer
-- than a statement may take has died with its process, and its place is taken.
-- state: claimed (go ahead, and say by keep_answer what came of it) | in_flight | answered | reused
-- (the key is another request's). Takes no company's lock: a key waits for nobody but itself.
CREATE OR REPLACE FUNCTION claim_key(p_company_id bigint, p_key_hash bytea, p_payload_hash bytea)
RETURNS TABLE (state text, answer text, http_status smallint)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    v_now timestamptz := clock_timestamp();
    v_forgotten timestamptz := v_now - interval '24 hours';
    v_dead timestamptz := v_now - interval '5 seconds';
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    -- step: forget a few that are old, so that the table stays small; whoever else does, is let
    DELETE FROM idempotency_keys k
    WHERE k.company_id = p_company_id AND k.id = ANY (ARRAY(
        SELECT o.id FROM idempotency_keys o
        WHERE o.company_id = p_company_id AND o.created_at < v_forgotten
        ORDER BY o.created_at LIMIT 100 FOR UPDATE SKIP LOCKED));
    -- step: claim what is new, forgotten, or this request's own and neither answered nor under way
    INSERT INTO idempotency_keys AS k (company_id, key_hash, payload_hash, created_at)
    VALUES (p_company_id, p_key_hash, p_payload_hash, v_now)
    ON CONFLICT (company_id, key_hash) DO UPDATE
    SET payload_hash = excluded.payload_hash, created_at = excluded.created_at,
        answer = NULL, http_status = NULL
    WHERE k.created_at < v_forgotten
       OR k.payload_hash = excluded.payload_hash AND k.answer IS NULL
          AND (k.http_status IS NOT NULL OR k.created_at < v_dead);
    IF FOUND THEN
        RETURN QUERY SELECT 'claimed', NULL, NULL::smallint;
        RETURN;
    END IF;
    -- step: else say what stands; gone in this moment, it can be claimed in the next
    SELECT CASE WHEN k.payload_hash <> p_payload_hash THEN 'reused'
                WHEN k.answer IS NOT NULL THEN 'answered' ELSE 'in_flight' END,
           CASE WHEN k.payload_hash = p_payload_hash THEN k.answer END,
           CASE WHEN k.payload_hash = p_payload_hash THEN k.http_status END
    INTO state, answer, http_status
    FROM idempotency_keys k WHERE k.company_id = p_company_id AND k.key_hash = p_key_hash;
    state := coalesce(state, 'in_flight');
    RETURN NEXT;
END $$;

-- keep_answer: what came of a request under its key. Only with an answer is it done for good; of a
-- failure nothing but the status is kept, which says that it is no longer under way. Returns the
-- answer that stands: another's, where a request that was given up for dead was faster.
CREATE OR REPLACE FUNCTION keep_answer(
    p_company_id bigint, p_key_hash bytea, p_payload_hash bytea, p_answer text,
    p_http_status smallint)
RETURNS TABLE (answer text, http_status smallint)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    RETURN QUERY
    UPDATE idempotency_keys k
    SET answer = coalesce(k.answer, p_answer),
        http_status = CASE WHEN k.answer IS NULL THEN p_http_status ELSE k.http_status END
    WHERE k.company_id = p_company_id AND k.key_hash = p_key_hash
      AND k.payload_hash = p_payload_hash
    RETURNING k.answer, k.http_status;
END $$;
