-- enter: lock one company until the transaction ends, and act for it. Rule 0 of the core: without
-- this lock, two converts of one offer deadlock, and so do two callers who swap their wishes, and
-- one who supersedes a hold that another retires.
-- It is VOLATILE, and its callers run it as a statement of its own, so that their later statements
-- see what was committed before they had the lock. Raises SK001 for an unknown company.
CREATE OR REPLACE FUNCTION enter(p_company_id bigint) RETURNS companies
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
DECLARE
    v_company companies;
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    -- The upper half spells SLOT, to stay clear of other users of advisory locks.
    PERFORM pg_advisory_xact_lock((x'534c4f54'::bigint << 32) | p_company_id);
    SELECT * INTO v_company FROM companies WHERE id = p_company_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown company' USING ERRCODE = 'SK001';
    END IF;
    RETURN v_company;
END $$;

-- by: let what the transaction does be done by this actor, and give the value back. A query passes an
-- argument of a core function through it, so that the actor is known before the function runs.
CREATE OR REPLACE FUNCTION by(p_actor text, p_value anyelement) RETURNS anyelement
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.actor', left(p_actor, 120), true);
    RETURN p_value;
END $$;

-- clock_of: the instant by which a company is judged: the primary's clock, read at this call and
-- not at the transaction's start. Only a sandbox company's caller may pass another instant; for any
-- other company that raises SK002.
CREATE OR REPLACE FUNCTION clock_of(p_company companies, p_now timestamptz) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF p_now IS NULL THEN
        RETURN clock_timestamp();
    ELSIF NOT p_company.sandbox THEN
        RAISE EXCEPTION 'a test clock is for sandbox companies only' USING ERRCODE = 'SK002';
    END IF;
    RETURN p_now;
END $$;
