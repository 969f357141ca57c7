-- take_facts: take a reader's cursor for a while, and read the facts after it.
SELECT * FROM core.take_facts(p_company_id => $1, p_reader => $2, p_taker => $3, p_lease_s => $4,
                         p_limit => $5)
