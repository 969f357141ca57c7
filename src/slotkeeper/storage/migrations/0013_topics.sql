-- What a call is talking about, kept from one tool call to the next: the wish as far as it was
-- understood, and the question that is open. Without it a second answer is taken alone. No column of
-- `calls`: servers of the former release read its rows whole.
CREATE TABLE call_topics (
    company_id bigint NOT NULL CONSTRAINT call_topics_in_company REFERENCES companies,
    call_id text NOT NULL CONSTRAINT call_topics_call_id_bounded CHECK (
        length(call_id) BETWEEN 1 AND 100),
    topic jsonb NOT NULL CONSTRAINT call_topics_topic_bounded CHECK (
        jsonb_typeof(topic) = 'object' AND length(topic::text) <= 8000),
    kept_at timestamptz NOT NULL,
    CONSTRAINT call_topics_pkey PRIMARY KEY (company_id, call_id)
);
ALTER TABLE call_topics ENABLE ROW LEVEL SECURITY;
ALTER TABLE call_topics FORCE ROW LEVEL SECURITY;
CREATE POLICY acts_for_company ON call_topics TO slotkeeper_app USING (company_id = ANY ((
    SELECT nullif(current_setting('slotkeeper.companies', true), '')::bigint[])::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON call_topics TO slotkeeper_app;

COMMENT ON TABLE call_topics IS
    'What each call talks about and what it was asked: ids, days, times, and how the caller '
    'calls people (my son)';
COMMENT ON COLUMN call_topics.company_id IS 'The company';
COMMENT ON COLUMN call_topics.call_id IS 'The platform''s id of the call';
COMMENT ON COLUMN call_topics.topic IS
    'The wish as far as it was understood, and the question that is open';
COMMENT ON COLUMN call_topics.kept_at IS 'When it was kept last';
