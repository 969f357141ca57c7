-- tool_calls_add: a batch of what was asked and answered.
INSERT INTO tool_calls (
    company_id, call_id, channel, tool, arguments, understood, status, answer, answered_at,
    took_ms, cohort, told_free, refused_start, reason, service_id, compound)
SELECT $1, t.* FROM jsonb_to_recordset($2::jsonb) AS t (
    call_id text, channel text, tool text, arguments jsonb, understood jsonb, status text,
    answer jsonb, answered_at timestamptz, took_ms integer, cohort text, told_free timestamptz[],
    refused_start timestamptz, reason text, service_id bigint, compound boolean)
