-- claim_key: begin a request under an idempotency key. The key belongs to the request for a day
-- after it was last claimed, and one request at a time runs under it. A request that failed may be
-- tried again at once. A request that has not settled for 5 s, longer than a statement may take,
-- died with its process, and another try takes its place.
-- state: claimed (run it, then call keep_answer) | in_flight | answered | reused (the key came with
-- another request). It takes no company's lock: a key waits only for itself.
CREATE OR REPLACE FUNCTION claim_key(p_company_id bigint, p_key_hash bytea, p_payload_hash bytea)
RETURNS TABLE (state text, answer text, http_status smallint)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    v_now timestamptz := clock_timestamp();
    v_forgotten timestamptz := v_now - interval '24 hours';
    v_dead timestamptz := v_now - interval '5 seconds';
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    -- step: delete a few old keys, so that the table stays small; rows that another request is
    -- deleting are skipped
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
       OR (k.payload_hash = excluded.payload_hash AND k.answer IS NULL
           AND (k.http_status IS NOT NULL OR k.created_at < v_dead));
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

-- keep_answer: settle a request under its key. An answer is kept for all who ask again; of a
-- failure only the status is kept, and the request may be tried again. Returns the answer that
-- stands, which is another request's where that settled the key first.
CREATE OR REPLACE FUNCTION keep_answer(
    p_company_id bigint, p_key_hash bytea, p_payload_hash bytea, p_answer text,
    p_http_status smallint)
RETURNS TABLE (answer text, http_status smallint)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
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
