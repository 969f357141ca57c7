-- tool_calls_add: add a batch of tool calls with their answers.
INSERT INTO tool_calls (
    company_id, call_id, channel, tool, arguments, understood, status, answer, answered_at,
    took_ms, cohort, wish, told_free, told_free_staff, refused_start, refused_staff_id, reason,
    service_id, compound)
SELECT $1, t.* FROM jsonb_to_recordset($2::jsonb) AS t (
    call_id text, channel text, tool text, arguments jsonb, understood jsonb, status text,
    answer jsonb, answered_at timestamptz, took_ms integer, cohort text, wish text,
    told_free timestamptz[], told_free_staff uuid[], refused_start timestamptz,
    refused_staff_id uuid, reason text, service_id bigint, compound boolean)
