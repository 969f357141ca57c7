-- cancel: end the active reservations of a token, an offer or a call.
SELECT core.cancel(p_company_id => $1, p_token => $2, p_offer_id => $3, p_call_id => $4,
                   p_reason => $5, p_now => $6) AS ended
