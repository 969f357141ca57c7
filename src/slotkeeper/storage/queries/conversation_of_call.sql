-- conversation_of_call: read what a call talks about, all that it has held, and what stands for the
-- number that rings and may be spoken of.
SELECT * FROM core.conversation_of_call(p_company_id => $1, p_call_id => $2, p_caller => $3,
                                        p_named => $4, p_wished_at => $5,
                                        p_wished_until => $6, p_limit => $7, p_now => $8)
