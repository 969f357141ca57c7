-- reservation_metrics: what became of the reservations made in a window; of some companies or all.
SELECT * FROM reservation_metrics(
    p_company_ids => $1, p_from => $2, p_to => $3, p_now => $4)
