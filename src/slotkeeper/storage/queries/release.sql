-- release: end one hold, and return it as it now is.
SELECT * FROM core.release(p_company_id => $1, p_token => $2, p_reason => $3, p_now => $4)
