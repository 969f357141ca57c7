-- conversation_of_call: read what a call talks about, and all that it has held.
SELECT * FROM core.conversation_of_call(p_company_id => $1, p_call_id => $2, p_limit => $3)
