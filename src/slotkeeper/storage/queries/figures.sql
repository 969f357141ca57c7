-- figures: count the reservations, refusals and faults of a window; one row for each of these
-- companies, or of all. A company without reservations has NULL in the columns that count them.
SELECT a.slug AS company, a.collisions_prevented, a.told_free_then_refused, a.errors, r.*
FROM core.answer_metrics(p_company_ids => $1, p_from => $2, p_to => $3) a
LEFT JOIN core.reservation_metrics(p_company_ids => $1, p_from => $2, p_to => $3, p_now => $4) r
    ON r.company_id = a.company_id
ORDER BY a.slug
