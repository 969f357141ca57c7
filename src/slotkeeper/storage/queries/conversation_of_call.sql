-- conversation_of_call: read what a call talks about, all that it has held, and what stands for the
-- number that rings.
SELECT * FROM core.conversation_of_call(p_company_id => $1, p_call_id => $2, p_caller => $3,
                                        p_limit => $4, p_now => $5)
