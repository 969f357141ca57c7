-- note_call: note what a platform says of a call; returns whether that was new.
SELECT core.note_call(p_company_id => $1, p_call_id => $2, p_channel => $3, p_event => $4,
                      p_now => $5) AS news
