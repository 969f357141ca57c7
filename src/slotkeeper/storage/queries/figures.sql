-- figures: what became of the reservations made in a window, what callers were told and what broke;
-- of some companies or all, a row each. A company without reservations has NULLs in their columns.
SELECT a.slug AS company, a.collisions_prevented, a.told_free_then_refused, a.errors, r.*
FROM core.answer_metrics(p_company_ids => $1, p_from => $2, p_to => $3) a
LEFT JOIN core.reservation_metrics(p_company_ids => $1, p_from => $2, p_to => $3, p_now => $4) r
    ON r.company_id = a.company_id
ORDER BY a.slug
