-- tool_calls_add: a batch of what was asked and answered.
INSERT INTO tool_calls (
    company_id, call_id, channel, tool, arguments, understood, status, answer, answered_at, took_ms)
SELECT $1, t.* FROM unnest(
    $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::jsonb[], $7::text[], $8::jsonb[],
    $9::timestamptz[], $10::integer[]) t
