-- reservation_by_token: read a reservation by its caller's token, with the clock to judge it by.
SELECT r.*, clock_timestamp() AS read_at
FROM core.find_reservation(p_company_id => $1, p_token => $2) r
