-- reserve: hold the options of one offer. One round trip, one transaction.
SELECT * FROM core.reserve(p_request => $1::core.reservation_request /* with the company_id */,
                           p_first_is_wished => $2, p_ttl_s => $3,
                           p_claims => $4::core.claim[], p_keep => $5, p_now => $6,
                           p_refused => $7)
