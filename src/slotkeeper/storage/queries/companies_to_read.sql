-- companies_to_read: the company_ids of which a reader has facts to read.
SELECT core.companies_to_read(p_reader => $1, p_after => $2, p_limit => $3) AS company_ids
