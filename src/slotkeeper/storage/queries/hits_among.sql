-- hits_among: read these appointments ($2, ids) and live holds ($3, tokens), at most $4 of each.
SELECT core.hits_among(p_company_id => $1, p_appointment_ids => $2, p_tokens => $3,
                       p_limit => $4) AS hit
