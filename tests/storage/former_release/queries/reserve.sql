-- reserve: hold the options of one offer. One round trip, one transaction.
SELECT * FROM reserve(p_wish => $1::wish /* with the company_id */, p_wished => $2,
                      p_staff_wished => $3, p_ttl_s => $4, p_claims => $5::claim[], p_keep => $6,
                      p_now => $7)
