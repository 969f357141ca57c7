-- settle_facts: give a cursor back, moved on or where it was.
SELECT core.settle_facts(p_company_id => $1, p_reader => $2, p_taker => $3, p_read_through => $4) AS kept
