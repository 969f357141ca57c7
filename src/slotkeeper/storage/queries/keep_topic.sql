-- keep_topic: keep what a call talks about for its next tool call.
SELECT core.keep_topic(p_company_id => $1, p_call_id => $2, p_topic => $3::jsonb, p_now => $4)
