-- answer_metrics: what callers were told in a window, and what broke; of some companies or all.
SELECT * FROM answer_metrics(p_company_ids => $1, p_from => $2, p_to => $3)
