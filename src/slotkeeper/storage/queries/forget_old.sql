-- forget_old: end a batch of what a company has kept of persons for long enough.
SELECT what, forgotten, is_full
FROM core.forget_old(p_company_id => $1, p_limit => $2, p_kinds => $3, p_now => $4)
