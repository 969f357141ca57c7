-- note_call: the platform says of a call that it has started or was analyzed, perhaps before we
-- have seen it, perhaps twice. Returns whether it was news.
CREATE OR REPLACE FUNCTION note_call(
    p_company_id bigint, p_call_id text, p_channel text, p_event text, p_now timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
DECLARE
    v_company companies;
    v_now timestamptz;
    v_news boolean;
BEGIN
    v_company := enter(p_company_id);
    v_now := clock_of(v_company, p_now);
    INSERT INTO calls (company_id, call_id, channel, first_seen_at)
    VALUES (p_company_id, p_call_id, p_channel, v_now)
    ON CONFLICT (company_id, call_id) DO NOTHING;
    UPDATE calls SET
        started_at = CASE WHEN p_event = 'started' THEN v_now ELSE started_at END,
        analyzed_at = CASE WHEN p_event = 'analyzed' THEN v_now ELSE analyzed_at END
    WHERE company_id = p_company_id AND call_id = p_call_id
      AND CASE p_event WHEN 'started' THEN started_at IS NULL
                       WHEN 'analyzed' THEN analyzed_at IS NULL END
    RETURNING true INTO v_news;
    RETURN coalesce(v_news, false);
END $$;

-- keep_topic: what a call talks about, and what it was asked, for the next tool call. It takes one
-- row and no lock of the company, so it stands in nobody's way.
CREATE OR REPLACE FUNCTION keep_topic(
    p_company_id bigint, p_call_id text, p_topic jsonb, p_now timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    PERFORM give_tries_back(p_company_id, p_call_id, proven_in(p_topic::text));
    INSERT INTO call_topics (company_id, call_id, topic, kept_at)
    VALUES (p_company_id, p_call_id, p_topic, coalesce(p_now, clock_timestamp()))
    ON CONFLICT (company_id, call_id)
    DO UPDATE SET topic = excluded.topic, kept_at = excluded.kept_at;
END $$;

-- request_callback: somebody wants to be rung back. Once a call: said again it is the same wish,
-- and what was missing is added. Written into the outbox when it is new.
CREATE OR REPLACE FUNCTION request_callback(
    p_company_id bigint, p_call_id text, p_customer_name text, p_customer_phone text,
    p_reason text, p_now timestamptz) RETURNS callbacks
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
DECLARE
    v_company companies;
    v_now timestamptz;
    v_callback callbacks;
BEGIN
    v_company := enter(p_company_id);
    v_now := clock_of(v_company, p_now);
    UPDATE callbacks SET
        customer_name = coalesce(p_customer_name, customer_name),
        customer_phone = coalesce(p_customer_phone, customer_phone),
        reason = coalesce(p_reason, reason)
    WHERE company_id = p_company_id AND call_id = p_call_id AND done_at IS NULL
    RETURNING * INTO v_callback;
    IF NOT FOUND THEN
        INSERT INTO callbacks (
            company_id, call_id, customer_name, customer_phone, reason, requested_at)
        VALUES (p_company_id, p_call_id, p_customer_name, p_customer_phone, p_reason, v_now)
        RETURNING * INTO v_callback;
        INSERT INTO outbox (company_id, kind, payload, created_at)
        VALUES (p_company_id, 'callback.requested',
                jsonb_build_object('callback_id', v_callback.id), v_now);
    END IF;
    RETURN v_callback;
END $$;
