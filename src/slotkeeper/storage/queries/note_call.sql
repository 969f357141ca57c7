-- note_call: a platform's event of a call; whether it was news.
SELECT core.note_call(p_company_id => $1, p_call_id => $2, p_channel => $3, p_event => $4,
                      p_now => $5) AS news
