-- story_rewrite: put other words into the stories of calls.
UPDATE tool_calls t SET arguments = n.arguments, answer = n.answer
FROM jsonb_to_recordset($2::jsonb) AS n (id bigint, arguments jsonb, answer jsonb)
WHERE t.company_id = $1 AND t.id = n.id
