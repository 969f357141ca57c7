-- end_call: release what a call holds, and refuse it anything more.
SELECT core.end_call(p_company_id => $1, p_call_id => $2, p_channel => $3, p_why => $4,
                     p_now => $5) AS ended
