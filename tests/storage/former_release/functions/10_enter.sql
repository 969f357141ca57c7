-- enter: act for one company, alone. Rule 0 of the core: without this lock two converts of one
-- offer, two callers swapping wishes, or superseding against retiring deadlock.
-- VOLATILE and a statement of its own in its callers, so that what they read afterwards is newer
-- than the lock. Unknown company: SK001.
CREATE OR REPLACE FUNCTION enter(p_company_id bigint) RETURNS companies
LANGUAGE plpgsql VOLATILE AS $$
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

-- clock_of: the one clock. The primary's own, read when asked and not at the transaction's start;
-- only a sandbox company may be judged by a clock that its caller passes (SK002 otherwise).
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
