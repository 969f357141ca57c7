-- story_texts: what the story of a call holds in somebody's words.
SELECT t.id, t.arguments, t.answer
FROM tool_calls t WHERE t.company_id = $1 AND t.call_id = $2
ORDER BY t.answered_at, t.id LIMIT $3
